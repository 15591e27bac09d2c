package dev.lacewing.train.method;

/** Nothing becomes sparse: the network to compare with. Zeros that the weights have at first may become something else. */
public record Dense() implements Method {
    public static final Dense DEFAULT = new Dense();

    @Override
    public void begin(Run run) {}
}
