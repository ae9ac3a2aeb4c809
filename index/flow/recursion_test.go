package flow

import "testing"

// A question's own answer is whole although recursion was cut within it; what
// was worked out on the way to the cut is not, and where a limit cuts nothing is.
func TestWhole(t *testing.T) {
	question := func(n int) activeKey { return activeKey{ref: ref{id: 1}, guard: guard(n)} }
	type answer struct{ outer, inner, beside, after bool }
	run := func(innermost func(*evaluator)) (a answer) {
		ev := &evaluator{active: map[activeKey]int{}, cut: noCut}
		outer := ev.mark()
		ev.pose(question(1))
		beside := ev.mark()
		a.beside = ev.isWhole(beside)
		inner := ev.mark()
		ev.pose(question(2))
		innermost(ev)
		ev.answered(question(2))
		a.inner = ev.isWhole(inner)
		ev.answered(question(1))
		a.outer = ev.isWhole(outer)
		after := ev.mark()
		a.after = ev.isWhole(after)
		return a
	}
	for _, c := range []struct {
		name      string
		innermost func(*evaluator)
		want      answer
	}{
		{"nothing cut", func(*evaluator) {}, answer{true, true, true, true}},
		{"the question itself", func(ev *evaluator) { ev.recurs(question(2)) }, answer{true, true, true, true}},
		{"the question around", func(ev *evaluator) { ev.recurs(question(1)) }, answer{true, false, true, true}},
		{"both", func(ev *evaluator) { ev.recurs(question(1)); ev.recurs(question(2)) }, answer{true, false, true, true}},
		{"another question", func(ev *evaluator) { ev.recurs(question(3)) }, answer{true, true, true, true}},
		{"a limit", func(ev *evaluator) { ev.limited() }, answer{false, false, true, true}},
		{"a limit, forgiven", func(ev *evaluator) { m := ev.mark(); ev.limited(); ev.forgive(m) }, answer{true, true, true, true}},
		{"a cut, forgiven", func(ev *evaluator) { m := ev.mark(); ev.recurs(question(1)); ev.forgive(m) }, answer{true, true, true, true}},
	} {
		if got := run(c.innermost); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
