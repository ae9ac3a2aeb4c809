// Command checkprogram says for which system a built program is and what it
// needs there, and fails when that is not the target's, or newer than what
// releases promise. It reads the file and never runs it.
//
//	checkprogram TARGET FILE    (TARGET as VS Code names it, such as linux-x64)
package main

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// newestGlibc is the newest version of the C library that a release may need.
const newestGlibc = "2.17"

// target is what a program must be.
type target struct {
	format, machine string
	libraries       []string // what it may load; a name may end in `*`
}

var (
	onLinux = []string{"libc.so.6", "libpthread.so.0", "libdl.so.2", "libresolv.so.2", "libm.so.6", "librt.so.1", "ld-linux*"}
	onMac   = []string{"/usr/lib/libSystem.B.dylib", "/usr/lib/libresolv*", "/System/Library/Frameworks/*"}
	// What is part of every Windows.
	onWindows = []string{"kernel32.dll", "ntdll.dll", "ws2_32.dll", "api-ms-win-crt-*", "advapi32.dll", "winmm.dll", "bcryptprimitives.dll", "msvcrt.dll"}

	targets = map[string]target{
		"linux-x64":    {"ELF", "EM_X86_64", onLinux},
		"linux-arm64":  {"ELF", "EM_AARCH64", onLinux},
		"darwin-x64":   {"Mach-O", "CpuAmd64", onMac},
		"darwin-arm64": {"Mach-O", "CpuArm64", onMac},
		"win32-x64":    {"PE", "IMAGE_FILE_MACHINE_AMD64", onWindows},
	}
)

// program is what a file says of itself.
type program struct {
	format, machine string
	libraries       []string
	glibc           string // the newest version of it that is asked for, or ""
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: checkprogram TARGET FILE")
		os.Exit(2)
	}
	p, err := read(os.Args[2])
	if err == nil {
		err = p.fits(os.Args[1])
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[2], err)
		os.Exit(1)
	}
	fmt.Printf("%-13s %s\n", os.Args[1], p)
}

func (p program) String() string {
	libc := "no glibc"
	if p.glibc != "" {
		libc = "glibc " + p.glibc
	}
	if p.format != "ELF" {
		libc = ""
	}
	return strings.Join(slices.DeleteFunc([]string{p.format, p.machine, libc, strings.Join(p.libraries, " ")}, func(s string) bool { return s == "" }), ", ")
}

// fits tells what is wrong with a program for a target.
func (p program) fits(name string) error {
	t, ok := targets[name]
	switch {
	case !ok:
		return fmt.Errorf("no such target: %s", name)
	case p.format != t.format || p.machine != t.machine:
		return fmt.Errorf("is %s for %s, not %s for %s", p.format, p.machine, t.format, t.machine)
	case compare(p.glibc, newestGlibc) > 0:
		return fmt.Errorf("needs glibc %s; %s is promised", p.glibc, newestGlibc)
	}
	for _, l := range p.libraries {
		if !slices.ContainsFunc(t.libraries, func(pattern string) bool { return fits(pattern, l) }) {
			return fmt.Errorf("needs %s, which not every system has", l)
		}
	}
	return nil
}

func fits(pattern, name string) bool {
	if prefix, any := strings.CutSuffix(pattern, "*"); any {
		return strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
	}
	return strings.EqualFold(pattern, name)
}

// read looks into a file of any of the formats.
func read(path string) (program, error) {
	if f, err := elf.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // only read
		return readELF(f)
	}
	if f, err := macho.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // only read
		libraries, err := f.ImportedLibraries()
		return program{format: "Mach-O", machine: f.Cpu.String(), libraries: libraries}, err
	}
	f, err := pe.Open(path)
	if err != nil {
		return program{}, fmt.Errorf("is no program: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	machine := fmt.Sprintf("machine %#x", f.Machine)
	if f.Machine == pe.IMAGE_FILE_MACHINE_AMD64 {
		machine = "IMAGE_FILE_MACHINE_AMD64"
	}
	// The package's own ImportedLibraries tells nothing.
	symbols, err := f.ImportedSymbols()
	var libraries []string
	for _, s := range symbols {
		if _, library, ok := strings.Cut(s, ":"); ok && !slices.Contains(libraries, library) {
			libraries = append(libraries, library)
		}
	}
	slices.Sort(libraries)
	return program{format: "PE", machine: machine, libraries: libraries}, err
}

func readELF(f *elf.File) (program, error) {
	p := program{format: "ELF", machine: f.Machine.String()}
	var err error
	if p.libraries, err = f.ImportedLibraries(); err != nil {
		return p, err
	}
	if len(p.libraries) == 0 {
		return p, nil // linked statically
	}
	symbols, err := f.ImportedSymbols()
	for _, s := range symbols {
		if version, ok := strings.CutPrefix(s.Version, "GLIBC_"); ok && compare(version, p.glibc) > 0 {
			p.glibc = version
		}
	}
	return p, err
}

// compare orders versions by their numbers.
func compare(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(version string) (out []int) {
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil // "" or GLIBC_PRIVATE's like: before all others
		}
		out = append(out, n)
	}
	return out
}
