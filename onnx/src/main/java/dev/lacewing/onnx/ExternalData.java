package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tensors whose bytes stand in other files of the model's folder. A model can reach nothing outside that folder, not by a symbolic link either. */
record ExternalData(Path folder) {

    /** The tensor's {@code bytes} bytes, little-endian. */
    ByteBuffer read(TensorProto tensor, String name, long bytes) {
        String location = entry(tensor, "location");
        if (location == null) throw new Malformed(name + " has external data without a location");
        long offset = number(tensor, "offset", 0, name), length = number(tensor, "length", bytes, name);
        if (length != bytes) throw new Malformed(name + " needs " + bytes + " bytes of external data, its entry says " + length);
        Path file = locate(location, name);
        try (FileChannel channel = FileChannel.open(file)) {
            if (offset > channel.size() - bytes)
                throw new Malformed(name + " stands at bytes " + offset + " to " + (offset + bytes) + " of " + location + ", which has only " + channel.size());
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining())
                if (channel.read(buffer, offset + buffer.position()) < 0) throw new Malformed(location + " ended while it was read");
            return buffer.flip();
        } catch (IOException e) {
            throw new Failed("cannot read " + file + ", which holds " + name + ": " + e.getMessage(), e);
        }
    }

    private Path locate(String location, String name) {
        try {
            Path relative = Path.of(location);
            if (relative.isAbsolute() || location.contains("\\") || location.contains(":") || location.startsWith("/"))
                throw new Malformed(name + " asks for the file " + location + ": external data must be named relative to the model's folder");
            Path root = folder.toAbsolutePath().normalize(), file = root.resolve(relative).normalize();
            if (!file.startsWith(root) || file.equals(root)) throw outside(location, name);
            if (!Files.isRegularFile(file)) throw new Failed("the file " + file + ", which holds " + name + ", is missing: put it beside the model");
            if (!file.toRealPath().startsWith(root.toRealPath())) throw outside(location, name);
            return file;
        } catch (InvalidPathException e) {
            throw new Malformed(name + " has external data with an unusable file name", e);
        } catch (IOException e) {
            throw new Failed("cannot open " + location + ", which holds " + name + ": " + e.getMessage(), e);
        }
    }

    private static Malformed outside(String location, String name) {
        return new Malformed(name + " asks for the file " + location + ", which is outside the model's folder: refused");
    }

    private static long number(TensorProto tensor, String key, long otherwise, String name) {
        String text = entry(tensor, key);
        if (text == null) return otherwise;
        try {
            long value = Long.parseLong(text);
            if (value >= 0) return value;
        } catch (NumberFormatException e) {
            throw new Malformed(name + ": external data with " + key + " " + text + ", which is no number", e);
        }
        throw new Malformed(name + ": external data with a negative " + key);
    }

    private static @Nullable String entry(TensorProto tensor, String key) {
        for (StringStringEntryProto e : tensor.getExternalDataList()) if (e.getKey().equals(key)) return e.getValue();
        return null;
    }
}
