package flow

import "math"

// A question that comes up again while it is being answered adds nothing to its
// own answer: there recursion is cut. What was worked out on the way from the
// question to where it was cut may lack something, since asked by itself it
// would have seen more, so it is not kept. The question's own answer is whole,
// and so is all that led to it. Without telling these apart, code that calls
// itself would be followed again for each way that leads to it, which are many.
//
// Where a limit cuts, nothing around is whole.

// noCut is the level of the outermost question that was cut when none was.
const noCut = math.MaxInt

// asked reports whether a question is being answered.
func (ev *evaluator) asked(k activeKey) bool {
	_, ok := ev.active[k]
	return ok
}

// recurs reports whether a question is being answered, and notes that what is
// worked out within it is cut.
func (ev *evaluator) recurs(k activeKey) bool {
	level, ok := ev.active[k]
	if ok {
		ev.cut = min(ev.cut, level)
	}
	return ok
}

// pose begins to answer a question, inside of those that are being answered.
func (ev *evaluator) pose(k activeKey) { ev.active[k] = len(ev.active) }

// answered ends what pose began.
func (ev *evaluator) answered(k activeKey) { delete(ev.active, k) }

// limited notes that a limit cut what is being worked out.
func (ev *evaluator) limited() { ev.cut = -1 }

// exhausted reports whether a file's evaluations are used up, and notes it.
func (ev *evaluator) exhausted() bool {
	if ev.total > 0 {
		return false
	}
	ev.limited()
	return true
}

// mark is where something begins that is to be kept if it is whole.
type mark struct {
	level int // how many questions were being answered
	cut   int // what was cut before
}

// mark begins something; isWhole or forgive ends it.
func (ev *evaluator) mark() mark {
	m := mark{len(ev.active), ev.cut}
	ev.cut = noCut
	return m
}

// isWhole reports whether nothing was cut since mark that was asked before it.
func (ev *evaluator) isWhole(m mark) bool {
	whole := ev.cut >= m.level
	if whole {
		ev.cut = m.cut
	} else {
		ev.cut = min(ev.cut, m.cut)
	}
	return whole
}

// forgive is isWhole for what only adds to something: that stays whole without it.
func (ev *evaluator) forgive(m mark) bool {
	whole := ev.isWhole(m)
	ev.cut = m.cut
	return whole
}
