package flow

import (
	"slices"

	"topicls/index/facts"
)

// Limits of one evaluation. Where they cut, the result says so.
const (
	maxDepth    = 120   // nested evaluations
	maxFrames   = 14    // calls entered one inside another
	fuelUnit    = 5000  // evaluations for one endpoint; names that are found take 13 (half of them), 200 (of ten, nine), 3,400 (the dearest seen)
	fuelSink    = 3000  // evaluations for what a call may be made on; the dearest client seen took 900
	fuelTotal   = 60000 // evaluations for one file
	fuelCarrier = 1000  // evaluations for a name that other files may get a client by
	fuelElement = 1000  // evaluations for the callee of a call through a container
)

// evaluator answers what expressions may be. It only reads files and notes
// what it read in deps, so that its results can be dropped when that changes.
type evaluator struct {
	fieldNext   bool // see fieldMeant
	l           *Linker
	home        *file               // the file whose unit is computed
	deps        map[dep]struct{}    // everything looked at for this unit
	near        map[dep][]*file     // by name, see filesNear
	sites       map[dep][]ref       // by name, see sitesNamed
	filling     map[dep]boundSites  // by name, see fillingSites
	fillings    map[ref][]*external // by callee, see fillingCallee
	handing     map[dep][]ref       // by name, see sitesHanding
	decorates   map[*file]bool      // see makesDecorators
	hosts       map[hostKey][]hostSetting
	active      map[activeKey]int
	memo        map[memoKey]set
	maps        map[memoKey][]mapEntry
	lists       map[memoKey][]set
	interned    map[frameKey]*frame
	objects     map[objectKey]*object
	depth       int
	fuel        int                     // evaluations left for what is looked at now
	total       int                     // evaluations left for the whole file
	params      map[paramKey]set        // parameters as all callers give them
	selves      map[selfKey]set         // attributes of receivers nobody names
	nested      int                     // parameters being filled from callers
	called      map[calledKey][]*frame  // callers of functions
	fields      map[*unknown]*fieldRead // what unknowns are fields of, see records.go; nil where no topics are asked for
	enters      map[enteredKey][]entry
	implemented map[calledKey][]*function
	puts        map[ref][]put                      // what is put into containers
	bound       map[*file]map[facts.ExprID][]int32 // bindings by their value
	asking      bool                               // a message's topic stands for itself, see ask
	answers     answers                            // what is evaluated while asking
	lineages    map[class]*lineage
	replaced    map[classField]*part      // see setAfterwards
	unread      map[packageQuery][]string // what lazy evaluations left out files of, see declaring
	descending  map[subclassKey][]*class  // by subclasses
	globals     map[uint32][]*file        // by project, see globalUsings
	bindings    map[class]*boundTo        // see boundClass
	filledBy    map[class][]filler        // see fillers
	appliers    map[calledKey][]*sink     // see appliedBy
	byElement   map[uint32]*elementCalls  // by project
	sought      []string                  // words of files to take in, see Linker.sought
	naming      bool                      // a topic is asked for, whoever gives it
	handed      map[fnKey]bool            // functions that are given a message or a client
	care        care                      // which files it may have taken in
	expand      bool                      // fill parameters from all known callers instead of leaving holes
	stale       bool                      // a wrapper was left out that is about to be computed again
	cut         int                       // the outermost question that was cut since mark, see recursion.go
}

// activeKey names a question that is being answered: what an expression may
// be, or what guard says of it.
type activeKey struct {
	guard  guard
	ref    ref
	fr     *frame
	expand bool
}

type memoKey struct {
	ref    ref
	fr     *frame
	expand bool
	care   care
}

// newEvaluator returns an evaluator of a linker, for one unit after another.
func newEvaluator(l *Linker) *evaluator {
	return &evaluator{l: l}
}

// beginRound forgets what the indexes of names said: they are the same for all
// units of a round.
func (ev *evaluator) beginRound() {
	ev.near, ev.sites, ev.handing, ev.filling = emptied(ev.near), emptied(ev.sites), emptied(ev.handing), emptied(ev.filling)
}

// begin forgets everything and starts with the unit of a file.
func (ev *evaluator) begin(x *file) {
	*ev = evaluator{
		l: ev.l, home: x, fuel: fuelUnit, total: fuelTotal, cut: noCut,
		deps: emptied(ev.deps), near: ev.near, sites: ev.sites, filling: ev.filling, handing: ev.handing, decorates: emptied(ev.decorates), hosts: emptied(ev.hosts), active: emptied(ev.active), memo: emptied(ev.memo), maps: emptied(ev.maps), lists: emptied(ev.lists),
		appliers: emptied(ev.appliers), interned: emptied(ev.interned), objects: emptied(ev.objects), called: emptied(ev.called), params: emptied(ev.params), selves: emptied(ev.selves),
		puts: emptied(ev.puts), bound: emptied(ev.bound), answers: ev.answers.emptied(),
		lineages: emptied(ev.lineages), unread: emptied(ev.unread), replaced: emptied(ev.replaced), fillings: emptied(ev.fillings), descending: emptied(ev.descending), globals: emptied(ev.globals), bindings: emptied(ev.bindings), filledBy: emptied(ev.filledBy), enters: emptied(ev.enters), implemented: emptied(ev.implemented), fields: emptied(ev.fields), byElement: emptied(ev.byElement),
	}
	ev.note(dep{kind: depFile, a: x.id})
}

// noted lists what was looked at since begin.
func (ev *evaluator) noted() []dep {
	out := make([]dep, 0, len(ev.deps))
	for d := range ev.deps {
		out = append(out, d)
	}
	return out
}

// spend takes n steps from what may be spent on the present question.
func (ev *evaluator) spend(n int) {
	ev.fuel -= n
	ev.total -= n
}

// soughtWords lists the words of files to take in, see Linker.sought.
func (ev *evaluator) soughtWords() []string {
	slices.Sort(ev.sought)
	return slices.Compact(ev.sought)
}

// maxKept bounds the tables that are kept for the next unit.
const maxKept = 2048

// emptied returns the map without its entries; a new one when it was large.
func emptied[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) > maxKept {
		return map[K]V{}
	}
	clear(m)
	return m
}

// expanded evaluates with parameters filled from their callers.
func (ev *evaluator) expanded(do func() set) set {
	was := ev.expand
	ev.expand = true
	defer func() { ev.expand = was }()
	return do()
}
