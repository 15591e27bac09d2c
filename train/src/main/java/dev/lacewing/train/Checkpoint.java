package dev.lacewing.train;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Statistics;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * A file that a run goes on from: parameters, slots, notes, masks, running statistics, averages and history, big-endian, between a magic number and a checksum. Written
 * beside and renamed, so that a kill at any moment leaves a whole one.
 */
final class Checkpoint {
    private static final int MAGIC = 0x4c57434b, VERSION = 2, CHECKSUM = 8, HEADER = 8;

    private Checkpoint() {}

    /** @param fingerprint of recipe, data and network */
    static void write(Path file, State state, String fingerprint) {
        WholeFile.write(file, out -> {
            CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
            DataOutputStream data = new DataOutputStream(checked);
            data.writeInt(MAGIC);
            data.writeInt(VERSION);
            data.writeUTF(fingerprint);
            write(data, state);
            data.writeLong(checked.getChecksum().getValue());
            data.flush();
        });
    }

    /**
     * Into a state of the same network.
     *
     * @throws Invalid if the checkpoint is of another recipe
     * @throws Malformed if it is damaged
     */
    static void read(Path file, State state, String fingerprint) {
        try (DataInputStream data = open(file)) {
            if (!data.readUTF().equals(fingerprint))
                throw new Invalid("the checkpoint " + file + " is of another recipe, network or data: start without --resume, or write to another file");
            read(data, state);
            if (data.read() >= 0) throw new Malformed("the checkpoint " + file + " is longer than it should be");
        } catch (IOException e) {
            throw new Malformed("the checkpoint " + file + " is incomplete", e);
        }
    }

    /** Whether it is whole and of this fingerprint. */
    static boolean fits(Path file, String fingerprint) {
        try (DataInputStream data = open(file)) {
            return data.readUTF().equals(fingerprint);
        } catch (Malformed | IOException e) {
            return false;
        }
    }

    /** What stands between header and checksum, both of which are right. */
    private static DataInputStream open(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failed("cannot read the checkpoint " + file + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
        if (bytes.length < HEADER + CHECKSUM || ByteBuffer.wrap(bytes).getInt() != MAGIC) throw new Malformed(file + " is no checkpoint");
        int version = ByteBuffer.wrap(bytes).getInt(4);
        if (version != VERSION) throw new Malformed(file + " is a checkpoint of version " + version + ", expected " + VERSION);
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - CHECKSUM);
        if (sum.getValue() != ByteBuffer.wrap(bytes).getLong(bytes.length - CHECKSUM)) throw new Malformed("the checkpoint " + file + " is damaged: its checksum does not fit");
        return new DataInputStream(new ByteArrayInputStream(bytes, HEADER, bytes.length - HEADER - CHECKSUM));
    }

    private static void write(DataOutputStream data, State state) throws IOException {
        data.writeLong(state.step);
        data.writeDouble(state.loss);
        data.writeLong(state.correct);
        data.writeLong(state.seen);
        data.writeDouble(state.seconds);
        for (Parameter p : state.parameters.all()) {
            floats(data, p.values());
            mask(data, p);
            data.writeInt(p.slots().size());
            for (float[] slot : p.slots()) floats(data, slot);
            data.writeInt(p.notes().size());
            for (Map.Entry<String, float[]> note : p.notes().entrySet()) {
                data.writeUTF(note.getKey());
                data.writeInt(note.getValue().length);
                floats(data, note.getValue());
            }
        }
        for (Statistics s : state.parameters.statistics()) {
            floats(data, s.mean());
            floats(data, s.variance());
        }
        if (state.average != null) for (float[] average : state.average.averages()) floats(data, average);
        data.writeInt(state.history.size());
        for (Epoch e : state.history) epoch(data, e);
    }

    private static void read(DataInputStream data, State state) throws IOException {
        state.step = data.readLong();
        state.loss = data.readDouble();
        state.correct = data.readLong();
        state.seen = data.readLong();
        state.seconds = data.readDouble();
        for (Parameter p : state.parameters.all()) {
            floats(data, p.values());
            mask(data, p);
            for (float[] slot : p.slots(count(data, 8))) floats(data, slot);
            for (int notes = count(data, 1 << 16); notes > 0; notes--) floats(data, p.note(data.readUTF(), count(data, 1 << 28)));
        }
        for (Statistics s : state.parameters.statistics()) {
            floats(data, s.mean());
            floats(data, s.variance());
        }
        if (state.average != null) for (float[] average : state.average.averages()) floats(data, average);
        for (int epochs = count(data, 1 << 24); epochs > 0; epochs--) state.history.add(epoch(data));
    }

    private static void mask(DataOutputStream data, Parameter p) throws IOException {
        Mask mask = p.mask();
        data.writeByte(mask == null ? -1 : mask.kind().ordinal());
        if (mask == null) return;
        byte[] bits = new byte[Math.ceilDiv(mask.size(), 8)];
        for (int i = 0; i < mask.size(); i++) if (mask.live()[i]) bits[i >> 3] |= (byte) (1 << (i & 7));
        data.write(bits);
    }

    private static void mask(DataInputStream data, Parameter p) throws IOException {
        int kind = data.readByte();
        if (kind < -1 || kind >= Mask.Kind.values().length) throw new Malformed("a checkpoint with a mask of kind " + kind);
        if (kind < 0) {
            p.mask(null);
            return;
        }
        byte[] bits = data.readNBytes(Math.ceilDiv(p.size(), 8));
        if (bits.length < Math.ceilDiv(p.size(), 8)) throw new java.io.EOFException();
        boolean[] live = new boolean[p.size()];
        for (int i = 0; i < live.length; i++) live[i] = (bits[i >> 3] >> (i & 7) & 1) == 1;
        p.mask(new Mask(Mask.Kind.values()[kind], live));
    }

    private static void epoch(DataOutputStream data, Epoch e) throws IOException {
        data.writeInt(e.number());
        for (double d : List.of(e.rate(), e.loss(), e.accuracy(), e.testLoss(), e.testAccuracy(), e.density(), e.seconds())) data.writeDouble(d);
        data.writeInt(e.figures().size());
        for (Map.Entry<String, Double> figure : e.figures().entrySet()) {
            data.writeUTF(figure.getKey());
            data.writeDouble(figure.getValue());
        }
    }

    private static Epoch epoch(DataInputStream data) throws IOException {
        int number = data.readInt();
        double[] d = new double[7];
        for (int i = 0; i < d.length; i++) d[i] = data.readDouble();
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int n = count(data, 1 << 16); n > 0; n--) figures.put(data.readUTF(), data.readDouble());
        return new Epoch(number, d[0], d[1], d[2], d[3], d[4], d[5], d[6], figures);
    }

    private static int count(DataInputStream data, int most) throws IOException {
        int count = data.readInt();
        if (count < 0 || count > most) throw new Malformed("a checkpoint with a count of " + count + ", expected at most " + most);
        return count;
    }

    private static void floats(DataOutputStream data, float[] values) throws IOException {
        byte[] bytes = new byte[4 * values.length];
        ByteBuffer.wrap(bytes).asFloatBuffer().put(values);
        data.write(bytes);
    }

    private static void floats(DataInputStream data, float[] into) throws IOException {
        byte[] bytes = data.readNBytes(4 * into.length);
        if (bytes.length < 4 * into.length) throw new java.io.EOFException();
        ByteBuffer.wrap(bytes).asFloatBuffer().get(into);
    }
}
