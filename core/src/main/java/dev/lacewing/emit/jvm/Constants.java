package dev.lacewing.emit.jvm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What generated code refers to, by name. Static and final, so that the JVM's compiler treats them as constants. */
final class Constants {
    /** The whole address space: kernels work on absolute addresses. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private Constants() {}

    /** Apart, so that one-lane kernels never load the incubator module. The digit is the number of lanes. */
    static final class Vectors {
        static final VectorSpecies<Float> S4 = FloatVector.SPECIES_128, S8 = FloatVector.SPECIES_256, S16 = FloatVector.SPECIES_512;
        static final VectorShuffle<Float> EVEN4 = deinterleave(S4, 0), EVEN8 = deinterleave(S8, 0), EVEN16 = deinterleave(S16, 0);
        static final VectorShuffle<Float> ODD4 = deinterleave(S4, 1), ODD8 = deinterleave(S8, 1), ODD16 = deinterleave(S16, 1);

        private Vectors() {}

        /** Every second element of two vectors; indexes into the second are negative, as the two-vector rearrange wants them. */
        private static VectorShuffle<Float> deinterleave(VectorSpecies<Float> species, int first) {
            int lanes = species.length();
            return VectorShuffle.fromOp(species, i -> 2 * i + first < lanes ? 2 * i + first : 2 * i + first - 2 * lanes);
        }
    }
}
