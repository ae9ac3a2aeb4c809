package flow

import (
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Which files are taken in: those that say a word of a client library; those
// whose modules the code of others needs; and those that mention the name of a
// wrapper, or of something that holds a client (a carrier). It grows from what
// was found, to a fixed point, and shrinks when a reason goes away: sweep.

// carrier is a name by which other files can get hold of a client.
type carrier struct {
	name string
	stem string // the last name of the module that has it
}

// maxMentions bounds how many files are read only because they mention a
// wrapper's name, when nothing else ties them to it, and maxUntied likewise for
// a carrier's, in languages whose modules hand on what is another's: an import
// need not name the module that has it.
const (
	maxMentions = 200
	maxUntied   = 60
)

// grow takes in the files that may call a wrapper of that name.
func (l *Linker) grow(name, from string) {
	if name == indirectCall { // no word that a file could mention
		return
	}
	cands := l.src.Mentions(wordOf(name))
	if len(cands) > maxMentions {
		l.growTied(name, stem(from))
		return
	}
	l.loadAll(slices.Values(cands))
}

// growTied takes in the files that mention a name and the module it is in.
func (l *Linker) growTied(name, module string) {
	l.loadAll(both(l.src.Mentions(wordOf(name)), l.src.Mentions(module)))
}

// loadAll takes in files, several at a time.
func (l *Linker) loadAll(paths iter.Seq[string]) {
	var list []string
	for p := range paths {
		if l.files[p] == nil {
			list = append(list, p)
		}
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), (len(list)+1)/2) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				l.load(list[i])
			}
		})
	}
	wg.Wait()
}

// both yields the members of two sorted lists.
func both(a, b []string) iter.Seq[string] {
	if len(a) > len(b) {
		a, b = b, a
	}
	return func(yield func(string) bool) {
		rest := b
		for _, s := range a {
			i, ok := slices.BinarySearch(rest, s)
			if ok && !yield(s) {
				return
			}
			rest = rest[i:]
		}
	}
}

// setCarriers replaces the carriers of a file.
func (l *Linker) setCarriers(x *file, old, now []string) {
	if slices.Equal(old, now) {
		return
	}
	m := l.carrierStem(x.path)
	for _, n := range now {
		k := carrier{n, m}
		if l.carried[k]++; l.carried[k] == 1 {
			l.growCarried(n, m)
			l.regaugeCarried(k)
		}
	}
	for _, n := range old {
		k := carrier{n, m}
		if l.carried[k]--; l.carried[k] <= 0 {
			delete(l.carried, k)
			l.suspect(n)
			l.regaugeCarried(k)
		}
	}
}

// growCarried takes in the files that may get a client by a name.
func (l *Linker) growCarried(name, module string) {
	if l.isUntied(name) {
		l.loadAll(slices.Values(l.src.Mentions(name)))
		return
	}
	l.growTied(name, module)
}

// isUntied reports whether the files that mention a carrier's name are taken in
// whatever else they mention.
func (l *Linker) isUntied(name string) bool {
	return l.lang.values() && len(l.src.Mentions(name)) <= maxUntied
}

// carrierStem is the last name of a module as files mention it that import it.
func (l *Linker) carrierStem(p string) string {
	if l.lang.values() {
		return wordOf(wholeNameOf(p))
	}
	return stem(p)
}

// setSought replaces the words by which half of a unit has files taken in.
func (l *Linker) setSought(x *file, old, now []string) {
	for _, words := range now {
		if l.sought[words]++; l.sought[words] == 1 {
			l.grow(words, x.path)
		}
	}
	for _, words := range old {
		if l.sought[words]--; l.sought[words] <= 0 {
			delete(l.sought, words)
			l.suspect(words)
		}
	}
}

// suspect asks for another look at the files that were taken in for a name.
func (l *Linker) suspect(name string) {
	if name == indirectCall {
		return
	}
	for _, p := range l.src.Mentions(wordOf(name)) {
		if l.files[p] != nil && !l.src.Matters(p) {
			l.suspects[p] = true
		}
	}
}

// wanted reports whether a file has a reason of its own to be taken in: it
// matters, or it mentions a wrapper or a carrier.
func (l *Linker) wanted(p string) bool {
	return l.wantedBut(p, nil)
}

// wantedBut is wanted without the names that only the units of some files give.
func (l *Linker) wantedBut(p string, not map[string]bool) bool {
	if l.src.Matters(p) {
		return true
	}
	for n := range l.byName {
		if n != indirectCall && l.src.MayMention(p, wordOf(n)) && l.callsFor(p, n) && l.givenBut(n, not) {
			return true
		}
	}
	for words := range l.sought {
		if l.src.MayMention(p, words) && l.soughtBut(words, p, not) {
			return true
		}
	}
	for k := range l.carried {
		if l.isMentionedBy(k, p) && l.carriedBut(k, not) {
			return true
		}
	}
	return false
}

// callsFor reports whether a file that mentions a wrapper's name is taken in
// for it, see grow.
func (l *Linker) callsFor(p, name string) bool {
	if len(l.src.Mentions(wordOf(name))) <= maxMentions {
		return true
	}
	for k, ws := range l.wrappers {
		for _, w := range ws {
			if slices.Contains(w.names, name) && l.src.MayMention(p, stem(k.path)) {
				return true
			}
		}
	}
	return false
}

// givenBut reports whether a file outside not has a wrapper of a name.
func (l *Linker) givenBut(name string, not map[string]bool) bool {
	if len(not) == 0 {
		return true
	}
	for k, ws := range l.wrappers {
		for _, w := range ws {
			if slices.Contains(w.names, name) && !not[k.path] {
				return true
			}
		}
	}
	return false
}

// soughtBut reports whether a unit outside not has a file that has some words
// taken in, see grow.
func (l *Linker) soughtBut(words, p string, not map[string]bool) bool {
	many := len(l.src.Mentions(words)) > maxMentions
	if !many && len(not) == 0 {
		return true
	}
	for q, u := range l.units {
		if !not[q] && (!many || l.src.MayMention(p, stem(q))) && (slices.Contains(u.nameSought, words) || slices.Contains(u.useSought, words)) {
			return true
		}
	}
	return false
}

// isMentionedBy reports whether a file may get a client by a carrier.
func (l *Linker) isMentionedBy(k carrier, p string) bool {
	return l.src.MayMention(p, k.name) && (l.isUntied(k.name) || l.src.MayMention(p, k.stem))
}

func (l *Linker) carriedBut(k carrier, not map[string]bool) bool {
	if len(not) == 0 {
		return true
	}
	for p, u := range l.units {
		if !not[p] && l.carrierStem(p) == k.stem && slices.Contains(u.carriers, k.name) {
			return true
		}
	}
	return false
}

// sweep drops the files that nothing needs any more. It reports whether there
// were any.
//
// A file is needed when it has a reason of its own, or when a needed file's
// unit had it taken in. Files that only need each other are found by looking
// from each suspect for a file that is needed without them.
//
// A file can be needed only as long as it is not there: what is found in it
// answers a question that had asked for it. Then dropping it makes it come
// back, so each file is dropped at most once in a run.
func (l *Linker) sweep(dropped map[string]bool) bool {
	suspects := make([]string, 0, len(l.suspects))
	for p := range l.suspects {
		if x := l.files[p]; x != nil && !l.src.Matters(p) && !dropped[p] {
			suspects = append(suspects, p)
		}
	}
	clear(l.suspects)
	slices.Sort(suspects)
	swept := false
	for _, p := range suspects {
		x := l.files[p]
		if x == nil {
			continue
		}
		island := map[string]bool{}
		if l.needed(x, island) {
			continue
		}
		for _, q := range slices.Sorted(func(yield func(string) bool) {
			for q := range island {
				if !yield(q) {
					return
				}
			}
		}) {
			if y := l.files[q]; y != nil {
				l.remove(y)
				dropped[q], swept = true, true
			}
		}
	}
	return swept
}

// needed looks for a reason to keep a file. island collects the files that
// were looked at and have none.
func (l *Linker) needed(x *file, island map[string]bool) bool {
	work := []*file{x}
	island[x.path] = true
	for len(work) > 0 {
		y := work[0]
		work = work[1:]
		for _, h := range l.rdeps[dep{kind: depLoad, a: y.id}] {
			if z := l.byID[h.file()]; z != nil && !island[z.path] {
				if l.src.Matters(z.path) {
					return true
				}
				island[z.path] = true
				work = append(work, z)
			}
		}
	}
	for p := range island {
		if l.wantedBut(p, island) {
			return true
		}
	}
	return false
}
