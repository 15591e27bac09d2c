package dev.lacewing.emit.jvm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Emitter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Emits a program as a hidden class with one method. It is unloaded when its kernel is no longer reachable. Programs for more than one lane need the
 * module jdk.incubator.vector; one-lane programs never load it. {@link #BOUNDS_CHECK} decides whether each access of theirs is checked first, in vain as their memory is
 * the whole address space.
 */
public final class JvmEmitter implements Emitter {
    /** System property of the Vector API, read when its first class loads: "0" leaves out the checks of its accesses to memory, everybody's in this JVM. */
    public static final String BOUNDS_CHECK = "jdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK";

    private static final ClassDesc KERNEL = ClassDesc.of(Kernel.class.getName()), ENCODED = ClassDesc.of(JvmEmitter.class.getPackageName(), "Encoded");

    /** @throws Failed if the JVM refuses the code, as it does where a method is longer than 64 KB */
    @Override public Kernel emit(Program program) {
        try {
            return (Kernel) MethodHandles.lookup().defineHiddenClass(bytes(program), true).lookupClass().getConstructor().newInstance();
        } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError e) {
            throw new Failed("the JVM rejected the code of kernel " + program.name() + ": " + e, e);
        }
    }

    private static byte[] bytes(Program program) {
        return ClassFile.of().build(ENCODED, type -> type
                .withInterfaceSymbols(KERNEL)
                .withMethodBody(INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC, code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                .withMethodBody("run", MethodTypeDesc.of(CD_void, CD_long), ClassFile.ACC_PUBLIC, code -> {
                    Code body = program.machine().lanes() == 1 ? new ScalarCode(code, program) : new VectorCode(code, program);
                    body.emit(program.code());
                    code.return_();
                }));
    }
}
