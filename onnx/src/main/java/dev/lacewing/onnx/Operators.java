package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Op.Arithmetic;
import dev.lacewing.graph.Op.PoolKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of ONNX operators (default domain). An operator has an importer (it becomes graph nodes), a fold (it is computed at load when all its
 * inputs are known) or both. To add an operator, add its entry here.
 */
final class Operators {
    /** Makes graph nodes for a call, or reports that its output is known. */
    interface Import {
        void apply(Call call);
    }

    /** Computes the output from literals. */
    interface Fold {
        Literal apply(Call call);
    }

    private record Operator(@Nullable Import onActivations, @Nullable Fold onLiterals) {}

    private static final Map<String, Operator> TABLE = Map.ofEntries(
            op("Conv", LinearImporters::conv),
            op("Gemm", LinearImporters::gemm),
            op("MatMul", LinearImporters::matMul),
            op("BatchNormalization", LinearImporters::batchNormalization),
            op("Relu", ElementwiseImporters::relu),
            op("LeakyRelu", ElementwiseImporters::leakyRelu),
            op("PRelu", ElementwiseImporters::pRelu),
            op("Clip", ElementwiseImporters::clip),
            op("Sigmoid", ElementwiseImporters::sigmoid),
            op("HardSigmoid", ElementwiseImporters::hardSigmoid),
            op("HardSwish", ElementwiseImporters::hardSwish),
            op("Tanh", ElementwiseImporters::tanh),
            op("Add", c -> ElementwiseImporters.binary(c, Arithmetic.ADD), FoldArithmetic::add),
            op("Sub", c -> ElementwiseImporters.binary(c, Arithmetic.SUB), FoldArithmetic::subtract),
            op("Mul", c -> ElementwiseImporters.binary(c, Arithmetic.MUL), FoldArithmetic::multiply),
            op("Div", c -> ElementwiseImporters.binary(c, Arithmetic.DIV), FoldArithmetic::divide),
            op("Sum", ElementwiseImporters::sum),
            op("Max", ElementwiseImporters::max, FoldArithmetic::max),
            op("Min", ElementwiseImporters::min, FoldArithmetic::min),
            op("Softmax", ElementwiseImporters::softmax),
            op("Identity", ElementwiseImporters::identity, c -> c.literal(0)),
            op("Dropout", ElementwiseImporters::dropout, c -> c.literal(0)),
            op("Cast", ElementwiseImporters::cast, FoldArithmetic::cast),
            op("GlobalAveragePool", PoolImporters::globalAverage),
            op("GlobalMaxPool", PoolImporters::globalMax),
            op("AveragePool", c -> PoolImporters.pool(c, PoolKind.AVERAGE)),
            op("MaxPool", c -> PoolImporters.pool(c, PoolKind.MAX)),
            op("ReduceMean", PoolImporters::reduceMean),
            op("Concat", LayoutImporters::concat, FoldLayout::concat),
            op("Flatten", LayoutImporters::flatten),
            op("Reshape", LayoutImporters::reshape, FoldLayout::reshape),
            op("Squeeze", LayoutImporters::squeeze, FoldLayout::squeeze),
            op("Unsqueeze", LayoutImporters::unsqueeze, FoldLayout::unsqueeze),
            op("Transpose", LayoutImporters::transpose, FoldLayout::transpose),
            op("DepthToSpace", LayoutImporters::depthToSpace),
            op("Slice", CropImporters::slice, FoldLayout::slice),
            op("Split", CropImporters::split),
            op("Pad", CropImporters::pad),
            op("Resize", ResizeImporter::resize),
            op("Upsample", ResizeImporter::upsample),
            op("Shape", c -> c.result(FoldLayout.shape(c)), FoldLayout::shape),
            op("Size", c -> c.result(FoldLayout.size(c)), FoldLayout::size),
            op("Constant", null, FoldLayout::constant),
            op("ConstantOfShape", null, FoldLayout::constantOfShape),
            op("Expand", null, FoldLayout::expand),
            op("Range", null, FoldLayout::range),
            op("Gather", null, FoldLayout::gather),
            op("Equal", null, FoldArithmetic::equal),
            op("Where", null, FoldArithmetic::where),
            op("Floor", null, FoldArithmetic::floor),
            op("Ceil", null, FoldArithmetic::ceil),
            op("Neg", null, FoldArithmetic::negate));

    private Operators() {}

    private static Map.Entry<String, Operator> op(String type, Import onActivations) { return op(type, onActivations, null); }

    private static Map.Entry<String, Operator> op(String type, @Nullable Import onActivations, @Nullable Fold onLiterals) {
        return Map.entry(type, new Operator(onActivations, onLiterals));
    }

    /** @throws Unsupported naming every operator that the table lacks */
    static void check(List<NodeProto> nodes) {
        Map<String, Integer> unknown = new TreeMap<>();
        for (NodeProto n : nodes) {
            String type = isDefault(n.getDomain()) ? n.getOpType() : n.getDomain() + "." + n.getOpType();
            if (!isDefault(n.getDomain()) || !TABLE.containsKey(type)) unknown.merge(type, 1, Integer::sum);
        }
        refuse(unknown);
    }

    /** @throws Unsupported listing {@code counts}, if there are any */
    static void refuse(Map<String, Integer> counts) {
        if (counts.isEmpty()) return;
        String list = counts.entrySet().stream().map(e -> e.getKey() + " (" + e.getValue() + "x)").collect(Collectors.joining(", "));
        throw new Unsupported("the model uses operators that Lacewing does not support: " + list + ". Supported are "
                + TABLE.keySet().stream().sorted().collect(Collectors.joining(" ")));
    }

    static void apply(Call call) {
        Operator operator = TABLE.get(call.op());
        if (operator == null) throw new Unsupported(call.op());
        if (operator.onLiterals != null && call.allLiteral()) call.result(operator.onLiterals.apply(call));
        else if (operator.onActivations != null) operator.onActivations.apply(call);
        else throw call.unsupported("inputs computed at run time");
    }

    static boolean isDefault(String domain) { return domain.isEmpty() || domain.equals("ai.onnx"); }
}
