package check

import (
	"strings"
	"unicode"

	"topicls/index/topology"
)

// nearNames reports whether two different names are likely meant to be one:
// they differ in case or separators only, or by one letter of a longer word
// (added, left out, changed, or swapped with its neighbour). Names that differ
// in a digit are different on purpose.
func nearNames(a, b string) bool {
	if a == b || strings.Contains(a, "*") || strings.Contains(b, "*") {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if d := len(b) - len(a); d > 1 && !(d < 8 && sameWords(a, b)) {
		return false
	}
	if sameWords(a, b) {
		return true
	}
	if len(a) < 6 {
		return false
	}
	p := 0
	for p < len(a) && a[p] == b[p] {
		p++
	}
	s := 0
	for s < len(a)-p && a[len(a)-1-s] == b[len(b)-1-s] {
		s++
	}
	ra, rb := a[p:len(a)-s], b[p:len(b)-s]
	switch {
	case len(ra) == 0 && len(rb) == 1, len(ra) == 1 && len(rb) == 1:
	case len(ra) == 2 && len(rb) == 2 && ra[0] == rb[1] && ra[1] == rb[0]:
	default:
		return false
	}
	if strings.ContainsFunc(ra+rb, func(r rune) bool { return !unicode.IsLetter(r) && r < 0x80 }) {
		return false
	}
	return wordAround(a, p) >= 4 && wordAround(b, p) >= 4 && !plainWords(ra, rb, a, b, p)
}

// plainWords reports whether the difference makes one common word out of
// another (input and output don't come here; in and on are too short).
func plainWords(ra, rb, a, b string, p int) bool {
	return opposites[pair{wordAt(a, p), wordAt(b, p)}] || opposites[pair{wordAt(b, p), wordAt(a, p)}]
}

type pair struct{ a, b string }

// opposites are words that differ by one letter and are both common in names.
var opposites = map[pair]bool{
	{"create", "created"}: true, {"update", "updated"}: true, {"delete", "deleted"}: true, {"remove", "removed"}: true,
	{"close", "closed"}: true, {"approve", "approved"}: true, {"complete", "completed"}: true, {"promote", "promoted"}: true,
	{"train", "brain"}: true, {"user", "used"}: true, {"test", "text"}: true, {"sent", "send"}: true, {"trade", "grade"}: true,
	{"store", "score"}: true, {"store", "stored"}: true, {"price", "prize"}: true,
	{"validate", "validated"}: true, {"receive", "received"}: true, {"execute", "executed"}: true, {"schedule", "scheduled"}: true,
	{"invoice", "invoiced"}: true, {"release", "released"}: true, {"archive", "archived"}: true, {"resolve", "resolved"}: true,
}

func wordAt(s string, p int) string {
	lo, hi := bounds(s, p)
	return strings.ToLower(s[lo:hi])
}

func wordAround(s string, p int) int {
	lo, hi := bounds(s, p)
	return hi - lo
}

// bounds returns where the word around byte p begins and ends.
func bounds(s string, p int) (lo, hi int) {
	lo, hi = min(p, len(s)), min(p, len(s))
	for lo > 0 && !strings.ContainsRune(separators, rune(s[lo-1])) {
		lo--
	}
	for hi < len(s) && !strings.ContainsRune(separators, rune(s[hi])) {
		hi++
	}
	return lo, hi
}

var isSeparator = func() (set [256]bool) {
	for i := range len(separators) {
		set[separators[i]] = true
	}
	return set
}()

// sameWords reports whether two names are equal but for case and separators.
func sameWords(a, b string) bool {
	next := func(s string, i int) (byte, int) {
		for i < len(s) && isSeparator[s[i]] {
			i++
		}
		if i == len(s) {
			return 0, i
		}
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c, i + 1
	}
	for i, j := 0, 0; ; {
		var x, y byte
		x, i = next(a, i)
		y, j = next(b, j)
		if x != y {
			return false
		}
		if x == 0 {
			return i > 0
		}
	}
}

// near finds the topic that lacks the opposite side and has a name close to
// that of t, which lacks the side of role. It is nil when there is none, or
// more than one.
func (w *world) near(t *topology.Topic, role topology.Role) *topology.Topic {
	if len(w.sideNotDeployed(t, role)) > 0 {
		return nil
	}
	var found *topology.Topic
	for _, name := range w.names.near(t.Name) {
		o := w.in.Topic(name)
		if o == nil || o.Pattern || w.in.Settings().IsExternal(name) {
			continue
		}
		here, there := o.Producers, o.Consumers
		if role == topology.Produce {
			here, there = there, here
		}
		if len(here) > 0 || len(there) == 0 || len(w.sideNotDeployed(o, opposite(role))) > 0 || !w.together(t, o) || w.imports(name, opposite(role)) {
			continue
		}
		if found != nil {
			return nil
		}
		found = o
	}
	return found
}

func opposite(role topology.Role) topology.Role {
	if role == topology.Produce {
		return topology.Consume
	}
	return topology.Produce
}

// together reports whether two topics are used in one environment.
func (w *world) together(a, b *topology.Topic) bool {
	envs := map[string]bool{}
	each := func(t *topology.Topic, do func(env string)) {
		for _, uses := range [...][]topology.Use{t.Producers, t.Consumers} {
			for _, u := range uses {
				for _, id := range u.Name.Services {
					if s := w.in.Service(id); s != nil {
						do(s.Environment)
					}
				}
			}
		}
	}
	each(a, func(e string) { envs[e] = true })
	ok := false
	each(b, func(e string) { ok = ok || envs[e] })
	return ok
}

// indexOnce returns where sub is in s, or -1 when it is not there just once.
func indexOnce(s, sub string) int {
	i := strings.Index(s, sub)
	if i < 0 || strings.Contains(s[i+1:], sub) {
		return -1
	}
	return i
}
