package flow

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"topicls/index/client"
)

// A library that tries a message again through topics names them by the number
// of the attempt, or by the time before it (client.Retries).

// attempts evaluates what stands behind the suffix of the topics for further
// attempts; ok is false where that can't be told.
func (ev *evaluator) attempts(s *sink, fr *frame) (more set, ok bool) {
	r := s.action.Retries
	if r == nil {
		return nil, false
	}
	n, ok := ev.numberIn(s.site, r.Attempts, fr, float64(r.UsualAttempts))
	if !ok || n < 1 || n > maxAttempts {
		return nil, false
	}
	times, known := ev.timesBetween(r, s.site, fr, int(n)-1)
	counted := ev.isConstant(s.site, r.Suffix, fr, r.Counted)
	same := 0 // how many at the end are the same
	for i := len(times) - 1; i >= 0 && times[i] == times[len(times)-1]; i-- {
		same++
	}
	single, several := ev.isConstant(s.site, r.Reuse, fr, r.Single), ev.isConstant(s.site, r.Reuse, fr, r.Several)
	switch {
	case !known, !single && !several && (same > 1 || len(times) == 1): // versions differ
		return nil, false
	case single:
		times = times[:len(times)-max(same-1, 0)]
		if len(times) == 1 {
			return one(literal(""), nil), true
		}
	}
	for i, t := range times {
		text := "-" + strconv.FormatInt(t, 10)
		if counted || len(times) > 1 && same == len(times) {
			text = "-" + strconv.Itoa(i)
		} else if several && slices.Index(times, t) != i || several && i+1 < len(times) && times[i+1] == t {
			text += "-" + strconv.Itoa(i-slices.Index(times, t))
		}
		more = append(more, alt{literal(text), nil})
	}
	return more, len(more) > 0
}

// maxAttempts bounds the topics of one series.
const maxAttempts = 20

// timesBetween lists the times before each of n further attempts.
func (ev *evaluator) timesBetween(r *client.Retries, site ref, fr *frame, n int) ([]int64, bool) {
	delay, factor, longest := float64(r.UsualDelay), 0.0, float64(r.UsualLongest)
	bounded := false
	for _, slot := range r.Times {
		a, given := ev.slotArg(site, fr, slot)
		if !given {
			continue
		}
		if a.ref.id == 0 {
			return nil, false
		}
		for _, v := range r.Varied {
			if _, given := ev.slotArg(a.ref, fr, v); given {
				return nil, false
			}
		}
		var ok1, ok2, ok3 bool
		delay, ok1 = ev.numberIn(a.ref, r.Delay, fr, delay)
		factor, ok2 = ev.numberIn(a.ref, r.Factor, fr, 0)
		most, ok3 := ev.numberIn(a.ref, r.Longest, fr, 0)
		if !ok1 || !ok2 || !ok3 {
			return nil, false
		}
		if bounded = most > delay; bounded {
			longest = most
		}
	}
	if factor == 0 && bounded { // anything between the two
		return nil, false
	}
	factor = max(factor, 1)
	out := make([]int64, 0, n)
	for t := delay; len(out) < n; t = math.Trunc(t * factor) {
		if t > longest && !bounded && factor > 1 { // versions differ
			return nil, false
		}
		out = append(out, int64(min(t, max(longest, delay))))
	}
	return out, true
}

// numberIn evaluates a number that a call is given, or else the usual one; ok is
// false where it is given and not known.
func (ev *evaluator) numberIn(site ref, slots client.Slots, fr *frame, usual float64) (float64, bool) {
	for _, slot := range slots {
		a, given := ev.slotArg(site, fr, slot)
		if !given {
			continue
		}
		got := ev.argValue(a)
		if len(got) != 1 {
			return 0, false
		}
		text, ok := constOf(got[0].v)
		if !ok {
			return 0, false
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimRight(text, "lLdDfF"), "_", ""), 64)
		return n, err == nil
	}
	return usual, true
}

// isConstant reports whether a call is given a text, or a constant of that name.
func (ev *evaluator) isConstant(site ref, slots client.Slots, fr *frame, name string) bool {
	for _, slot := range slots {
		a, given := ev.slotArg(site, fr, slot)
		if !given {
			continue
		}
		for _, v := range ev.argValue(a) {
			if text, ok := constOf(v.v); ok && text == name {
				return true
			}
			if e, ok := v.v.(*external); ok && lastDotted(e.path) == name {
				return true
			}
		}
	}
	return false
}

// ruledOut reports whether a sink's own arguments say that it does nothing.
func (ev *evaluator) ruledOut(s *sink, fr *frame) bool {
	for text, is := range s.action.Not {
		if slot, err := client.ParseSlot(text); err == nil && ev.isConstant(s.site, client.Slots{slot}, fr, is) {
			return true
		}
	}
	return false
}
