package dev.lacewing.train.recipe;

import dev.lacewing.train.method.Dense;
import dev.lacewing.train.method.DynamicSparse;
import dev.lacewing.train.method.GradualMagnitude;
import dev.lacewing.train.method.GroupToGroup;
import dev.lacewing.train.method.Growth;
import dev.lacewing.train.method.Method;
import dev.lacewing.train.method.OneShot;
import dev.lacewing.train.method.SoftUniformBlocks;
import dev.lacewing.train.method.SrSte;
import dev.lacewing.train.optimizer.Adam;
import dev.lacewing.train.optimizer.LearningRate;
import dev.lacewing.train.optimizer.Optimizer;
import dev.lacewing.train.optimizer.Sgd;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a recipe chooses by name: each name stands for a record with its default settings. The one list of methods, optimizers and learning rates. */
public final class Families {
    private Families() {}

    public static Map<String, Method> methods() {
        DynamicSparse rigl = DynamicSparse.DEFAULT;
        Map<String, Method> all = new LinkedHashMap<>();
        all.put("dense", Dense.DEFAULT);
        all.put("gradual", GradualMagnitude.DEFAULT);
        all.put("one_shot", OneShot.DEFAULT);
        all.put("subp", SoftUniformBlocks.DEFAULT);
        all.put("sr_ste", SrSte.DEFAULT);
        all.put("ste", new SrSte(SrSte.DEFAULT.pattern(), 0));
        all.put("rigl", rigl);
        all.put("set", new DynamicSparse(rigl.sparsity(), rigl.allocation(), rigl.firstDense(), Growth.RANDOM, rigl.interval(), rigl.fraction(), rigl.begin(), rigl.end()));
        all.put("static", new DynamicSparse(rigl.sparsity(), rigl.allocation(), rigl.firstDense(), Growth.NONE, rigl.interval(), rigl.fraction(), rigl.begin(), rigl.end()));
        all.put("g2g", GroupToGroup.DEFAULT);
        return all;
    }

    public static Map<String, Optimizer> optimizers() {
        Map<String, Optimizer> all = new LinkedHashMap<>();
        all.put("sgd", Sgd.DEFAULT);
        all.put("adam", Adam.DEFAULT);
        all.put("adamw", Adam.DECOUPLED);
        return all;
    }

    public static Map<String, LearningRate> rates() {
        Map<String, LearningRate> all = new LinkedHashMap<>();
        all.put("cosine", LearningRate.Cosine.DEFAULT);
        all.put("constant", LearningRate.Constant.DEFAULT);
        all.put("step", LearningRate.Steps.DEFAULT);
        all.put("triangular", LearningRate.Triangular.DEFAULT);
        return all;
    }

    /** The family of a type, null if it is none. */
    static @org.jspecify.annotations.Nullable Map<String, ?> of(Class<?> type) {
        if (type == Method.class) return methods();
        if (type == Optimizer.class) return optimizers();
        if (type == LearningRate.class) return rates();
        return null;
    }
}
