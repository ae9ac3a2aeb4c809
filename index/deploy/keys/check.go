package keys

// T is what CheckFile reports to: a test.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// CheckFile holds what is true of every file read, for the readers' fuzz tests:
// places lie in the file, and verbatim values are the bytes there.
func CheckFile(t T, data []byte, f File) {
	t.Helper()
	in := func(s Span) bool { return s.Start <= s.End && int(s.End) <= len(data) }
	for _, d := range f.Documents {
		for _, e := range d.Entries {
			if !in(e.Name) || !in(e.At) {
				t.Errorf("%q stands at %v and %v, outside of %d bytes", e.Key, e.Name, e.At, len(data))
			} else if e.Verbatim && string(data[e.At.Start:e.At.End]) != e.Value {
				t.Errorf("%q is %q, but %q stands there", e.Key, e.Value, data[e.At.Start:e.At.End])
			}
		}
	}
	for _, p := range f.Problems {
		if !in(p.At) || p.Message == "" {
			t.Errorf("problem %q stands at %v of %d bytes", p.Message, p.At, len(data))
		}
	}
	if f.Broken && len(f.Problems) == 0 {
		t.Errorf("broken without a problem")
	}
}
