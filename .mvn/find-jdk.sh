# Finds a JDK 25 or newer without starting one: reads the file `release` that every JDK carries. Sourced by ./lacewing, ./mvnw and bench/kernels.
#
# find_jdk sets jdk, jdk_version, and jdk_name (which also tells apart builds of one version), to the first that fits, in this order: LACEWING_JAVA_HOME, JAVA_HOME, java on PATH, the usual install folders.
# It returns 1 if there is none. LACEWING_JDK_ROOT is put before the absolute install folders (for tests).

jdk_least=25

# jdk_major HOME: sets major to the feature version of the JDK in HOME, 0 if there is none (or only a runtime without javac).
jdk_major() {
    major=0
    [ -r "$1/release" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
    jdk_version= jdk_build= jdk_vendor=
    while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
        jdk_word=${jdk_line#*=}
        jdk_word=${jdk_word#\"}
        jdk_word=${jdk_word%%[!0-9A-Za-z.+-]*}
        case $jdk_line in
            JAVA_VERSION=*) jdk_version=$jdk_word ;;
            JAVA_RUNTIME_VERSION=*) jdk_build=$jdk_word ;;
            IMPLEMENTOR=*) jdk_vendor=$jdk_word ;;
        esac
    done < "$1/release"
    major=${jdk_version%%[!0-9]*}
    major=${major:-0}
    jdk_name=${jdk_build:-$jdk_version}${jdk_vendor:+-$jdk_vendor}
}

# jdk_try HOME: succeeds and sets jdk if HOME holds a JDK that is new enough; otherwise remembers what it saw.
jdk_try() {
    jdk_major "$1"
    [ "$major" -gt 0 ] || return 1
    if [ "$major" -ge "$jdk_least" ]; then
        jdk=$1
        return 0
    fi
    [ "$major" -le "$jdk_best" ] || { jdk_best=$major; jdk_best_home=$1; }
    return 1
}

# jdk_of_path: sets path_home to the home of the java on PATH, following links; empty if there is none.
jdk_of_path() {
    path_home=
    path_java=$(command -v java 2>/dev/null) || return 0
    case $path_java in /*) ;; *) return 0 ;; esac
    while [ -L "$path_java" ]; do
        path_link=$(readlink "$path_java") || return 0
        case $path_link in
            /*) path_java=$path_link ;;
            *) path_java=${path_java%/*}/$path_link ;;
        esac
    done
    path_home=$(cd "${path_java%/*}/.." 2>/dev/null && pwd -P) || path_home=
}

find_jdk() {
    jdk= jdk_best=0 jdk_best_home=
    if [ -n "${LACEWING_JAVA_HOME:-}" ]; then
        jdk_try "$LACEWING_JAVA_HOME"
        return
    fi
    if [ -n "${JAVA_HOME:-}" ]; then jdk_try "$JAVA_HOME" && return 0; fi
    jdk_of_path
    if [ -n "$path_home" ]; then jdk_try "$path_home" && return 0; fi
    jdk_root=${LACEWING_JDK_ROOT:-}
    for jdk_home in \
        "$jdk_root"/usr/lib/jvm/* "$jdk_root"/usr/lib64/jvm/* "$jdk_root"/usr/java/* "$jdk_root"/usr/local/lib/jvm/* \
        "$jdk_root"/Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-}"/.sdkman/candidates/java/* "$jdk_root"/opt/* "$jdk_root"/opt/*/* "${HOME:-}"/.jdks/* \
        "$jdk_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home "$jdk_root"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "$jdk_root"/home/linuxbrew/.linuxbrew/opt/openjdk*/libexec
    do
        jdk_try "$jdk_home" && return 0
    done
    return 1
}

# jdk_advice: one sentence on stdout, after find_jdk has failed.
jdk_advice() {
    if [ -n "${LACEWING_JAVA_HOME:-}" ]; then
        printf 'LACEWING_JAVA_HOME is %s, which holds %s: point it at a JDK %s or newer, or unset it.\n' "$LACEWING_JAVA_HOME" \
            "$([ "$jdk_best" -gt 0 ] && echo "a JDK $jdk_best" || echo 'no JDK')" "$jdk_least"
        return
    fi
    printf 'Lacewing needs a JDK %s or newer and found %s: install one (Debian/Ubuntu: apt-get install openjdk-%s-jdk; Fedora: dnf install java-%s-openjdk-devel; macOS: brew install openjdk; SDKMAN: sdk install java) or set LACEWING_JAVA_HOME to the folder of one.\n' \
        "$jdk_least" "$([ "$jdk_best" -gt 0 ] && echo "only JDK $jdk_best in $jdk_best_home" || echo none)" "$jdk_least" "$jdk_least"
}

# newer_than STAMP MODULE ...: the root's pom.xml or a file of these modules that is newer than the stamp, nothing if there is none. Folders count too: their times tell of files added and removed. $here is the clone.
newer_than() {
    newer_stamp=$1
    shift
    for newer_module; do
        set -- "$@" "$here/$newer_module/pom.xml" "$here/$newer_module/src/main"
        shift
    done
    find "$here/pom.xml" "$@" -newer "$newer_stamp" 2>/dev/null | head -n 1
}

# find_wide: sets wide to -avx512 where Linux says that the processor has it, else to nothing.
find_wide() {
    wide=
    [ -r "${LACEWING_JDK_ROOT:-}/proc/cpuinfo" ] || return 0
    while IFS= read -r wide_line; do
        case $wide_line in
            flags*)
                case "$wide_line " in *' avx512f '*) wide=-avx512 ;; esac
                return 0 ;;
        esac
    done < "${LACEWING_JDK_ROOT:-}/proc/cpuinfo"
}
