package main

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestRead looks into the test's own program.
func TestRead(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"linux": "ELF", "darwin": "Mach-O", "windows": "PE"}[runtime.GOOS]
	if p.format != want {
		t.Errorf("%s, want %s", p, want)
	}
	other := "linux-x64"
	if runtime.GOOS == "linux" {
		other = "win32-x64"
	}
	if err := p.fits(other); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("fits %s: %v", other, err)
	}
	if _, err := read("main.go"); err == nil {
		t.Error("main.go is a program")
	}
}

func TestFits(t *testing.T) {
	linux := program{"ELF", "EM_X86_64", []string{"libc.so.6", "libpthread.so.0"}, "2.17"}
	for _, c := range []struct {
		name, target, want string
		p                  program
	}{
		{"as promised", "linux-x64", "", linux},
		{"static", "linux-x64", "", program{"ELF", "EM_X86_64", nil, ""}},
		{"newer libc", "linux-x64", "needs glibc 2.34", program{"ELF", "EM_X86_64", []string{"libc.so.6"}, "2.34"}},
		{"older by number, not by text", "linux-x64", "", program{"ELF", "EM_X86_64", nil, "2.4"}},
		{"another library", "linux-x64", "needs libstdc++.so.6", program{"ELF", "EM_X86_64", []string{"libstdc++.so.6"}, ""}},
		{"another processor", "linux-arm64", "is ELF for EM_X86_64", linux},
		{"no target", "plan9-x64", "no such target", linux},
		{"windows", "win32-x64", "", program{"PE", "IMAGE_FILE_MACHINE_AMD64", []string{"KERNEL32.dll", "api-ms-win-crt-heap-l1-1-0.dll"}, ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.p.fits(c.target)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
