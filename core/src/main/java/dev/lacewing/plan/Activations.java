package dev.lacewing.plan;

import dev.lacewing.graph.Activation;
import dev.lacewing.kernel.Epilogue;

/** Which activations a kernel applies before it stores, and which take a pass of their own. */
final class Activations {
    private Activations() {}

    /** The epilogue of a kernel whose results meet {@code activation}: none if the activation is {@link #isSeparate}. */
    static Epilogue epilogue(Activation activation) {
        return switch (activation) {
            case Activation.None n -> Epilogue.NONE;
            case Activation.Clamp(float lo, float hi) -> lo == 0 && hi > 0 ? new Epilogue.Clamp(hi) : new Epilogue.Range(lo, hi);
            case Activation.LeakyRelu(float slope) -> new Epilogue.LeakyRelu(slope);
            case Activation.PRelu p -> Epilogue.NONE;
            case Activation.Sigmoid s -> new Epilogue.Sigmoid();
            case Activation.HardSigmoid(float alpha, float beta) -> new Epilogue.HardSigmoid(alpha, beta);
            case Activation.HardSwish h -> new Epilogue.HardSwish();
            case Activation.Swish s -> new Epilogue.Swish();
            case Activation.Tanh t -> new Epilogue.Tanh();
        };
    }

    /** It has values of its own for each channel. */
    static boolean isSeparate(Activation activation) { return activation instanceof Activation.PRelu; }
}
