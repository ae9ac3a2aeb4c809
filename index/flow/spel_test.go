package flow

import "testing"

// TestExpressionMarks holds that texts which are no expressions, or broken ones,
// are not read: they have no facts to ask here, so that reading one of them any
// further would fail.
func TestExpressionMarks(t *testing.T) {
	for _, text := range []string{"", "orders", "#{", "}", "}#{", "#{a}#{b}", "${a}"} {
		if got := (&evaluator{}).spel(text, place{}); got != nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

// FuzzPlaceholders reads any text: nothing crashes or hangs, and what is read is
// the text again where there is nothing to replace.
func FuzzPlaceholders(f *testing.F) {
	f.Add("${a:${b:c}}-d")
	f.Add("#{'${a}'.split(',')}")
	f.Add(`\${a} ${`)
	f.Fuzz(func(t *testing.T, text string) {
		v := placeholderText("spring", text, place{})
		if s, ok := v.(*stringValue); ok && len(s.ops) == 0 {
			for _, p := range s.parts {
				if p.kind == partEnv && p.text == "" {
					t.Errorf("%q has a key without a name", text)
				}
			}
		}
	})
}
