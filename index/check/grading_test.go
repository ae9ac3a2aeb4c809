package check

import (
	"reflect"
	"testing"

	"topicls/index/topology"
)

// TestGrading grades a certain and an uncertain finding of a rule, and one of
// another rule.
func TestGrading(t *testing.T) {
	found := func(first, second topology.Severity) []topology.Diagnostic {
		out := []topology.Diagnostic{{Code: "env-unused", Severity: topology.Information}}
		if second != "" {
			out = append([]topology.Diagnostic{{Code: "env-unset", Severity: second}}, out...)
		}
		if first != "" {
			out = append([]topology.Diagnostic{{Code: "env-unset", Severity: first}}, out...)
		}
		return out
	}
	all := found(topology.Warning, topology.Information)
	for _, test := range []struct {
		set  topology.Severity
		want []topology.Diagnostic
	}{
		{topology.Error, found(topology.Error, topology.Information)},
		{topology.Warning, all},
		{topology.Hint, found(topology.Hint, topology.Hint)},
		{"", found("", "")},
	} {
		if got := (Grading{"env-unset": test.set}).append(nil, all); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %v, want %v", test.set, got, test.want)
		}
	}
	if all[0].Severity != topology.Warning {
		t.Error("the findings themselves changed")
	}
}
