package dev.lacewing.plan;

import dev.lacewing.graph.Activation;
import dev.lacewing.kernel.Epilogue;

/** Which activations a kernel applies before it stores, and which take a pass of their own. */
final class Activations {
    private Activations() {}

    /** The epilogue of a kernel whose results meet {@code activation}: none if the activation is {@link #isSeparate}. */
    static Epilogue epilogue(Activation activation) {
        return switch (activation) {
            case Activation.Clamp(float lo, float hi) when isFused(lo, hi) -> new Epilogue.Clamp(hi);
            case Activation.None n -> Epilogue.NONE;
            case Activation.Clamp c -> Epilogue.NONE;
            case Activation.LeakyRelu l -> Epilogue.NONE;
            case Activation.PRelu p -> Epilogue.NONE;
            case Activation.Sigmoid s -> Epilogue.NONE;
            case Activation.HardSigmoid h -> Epilogue.NONE;
            case Activation.HardSwish h -> Epilogue.NONE;
            case Activation.Swish s -> Epilogue.NONE;
            case Activation.Tanh t -> Epilogue.NONE;
        };
    }

    static boolean isSeparate(Activation activation) {
        return !(activation instanceof Activation.None) && !(activation instanceof Activation.Clamp(float lo, float hi) && isFused(lo, hi));
    }

    private static boolean isFused(float lo, float hi) { return lo == 0 && hi > 0; }
}
