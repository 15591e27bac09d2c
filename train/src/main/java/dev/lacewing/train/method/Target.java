package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.ArrayList;
import java.util.List;

/** A weight in scope, and the pattern that it is pruned by. */
record Target(Parameter parameter, Pattern pattern) {
    /** Those for which there is a pattern. */
    static List<Target> of(Run run, Patterns patterns) {
        List<Target> targets = new ArrayList<>();
        for (Parameter parameter : run.sparse()) {
            Pattern pattern = patterns.of(parameter.shape(), parameter.groups());
            if (pattern != null) targets.add(new Target(parameter, pattern));
        }
        return targets;
    }

    /** @throws Invalid if there is nothing to prune */
    static void lay(Run run, Patterns patterns, Mask.Kind kind) {
        List<Target> targets = of(run, patterns);
        if (targets.isEmpty()) throw new Invalid("the patterns " + patterns + " fit no layer in scope: nothing would become sparse; choose others, or another scope");
        for (Target t : targets) t.parameter.mask(Mask.dense(kind, t.parameter.size()));
    }

    Blocks blocks(boolean uniform) { return Blocks.of(pattern, parameter.shape(), parameter.groups(), uniform); }

    Mask mask() { return mask(parameter); }

    static Mask mask(Parameter parameter) {
        Mask mask = parameter.mask();
        if (mask == null) throw new Invalid(parameter.name() + " has no mask; a method must begin before its steps, or come from a checkpoint with masks");
        return mask;
    }

    /** Makes the weights of these blocks dead and all others live; what a hard mask says of dead weights is done. */
    void kill(Blocks blocks, boolean[] dead) {
        boolean[] live = mask().live();
        for (int i = 0; i < live.length; i++) live[i] = !dead[blocks.block()[i]];
        parameter.applyMask();
    }

    /** No gradient for dead weights, unless their mask is straight-through. */
    static void maskGradients(Run run) { for (Parameter parameter : run.sparse()) parameter.applyMask(); }

    /** Adds factor * w to the gradient of dead weights. */
    static void decayDead(Parameter parameter, double factor) {
        boolean[] live = mask(parameter).live();
        float[] gradient = parameter.gradient(), values = parameter.values();
        for (int i = 0; i < live.length; i++) if (!live[i]) gradient[i] += (float) (factor * values[i]);
    }
}
