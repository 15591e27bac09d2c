package dev.lacewing.cli;

import dev.lacewing.file.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Brings a jar's classes of Java 5 and before, which have no stack maps, to the form of Java 8: the JVM verifies those quickly and keeps them in its cache for later
 * starts, but not the old ones. Nothing else changes in them.
 */
final class OldClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private OldClasses() {}

    /** @param args jars, each replaced by its new form */
    public static void main(String[] args) throws IOException {
        for (String jar : args) upgrade(Path.of(jar), Path.of(jar));
    }

    /** @param to may be {@code from} */
    static void upgrade(Path from, Path to) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {from.toUri().toURL()}); ZipFile jar = new ZipFile(from.toFile())) {
            ClassFile classes = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver())));
            WholeFile.write(to, out -> copy(jar, out, classes));
        }
    }

    private static void copy(ZipFile jar, OutputStream out, ClassFile classes) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(entry.getName().endsWith(".class") ? upgraded(bytes, classes) : bytes);
                zip.closeEntry();
            }
        }
    }

    private static byte[] upgraded(byte[] bytes, ClassFile classes) {
        ClassModel model = classes.parse(bytes);
        if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) return bytes;
        return classes.transformClass(model, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
            if (element instanceof ClassFileVersion) builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
            else builder.with(element);
        }));
    }
}
