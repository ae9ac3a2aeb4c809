package index

import (
	"slices"
	"sort"
	"strings"

	"topicls/index/deploy/config"
	"topicls/index/topology"
)

// Hint tells, beside an expression, what its value is.
type Hint struct {
	Place  topology.Place // of the expression
	Kind   OccurrenceKind // a topic, a variable or a key
	Values []HintValue    // several when services differ
}

// HintValue is one value of a hint's expression.
type HintValue struct {
	Text     string   // as people may see it; "" when it is not known
	Services []string // ids, sorted
	At       topology.Place
	Note     string // what else there is to say of it
}

// Hints lists the hints of a part of a code file: the topics of endpoints whose
// topic is not spelled there, and the values of the variables and keys that the
// code reads.
func (s *Snapshot) Hints(path string, from, to uint32, topics, variables bool) []Hint {
	var out []Hint
	if topics {
		for _, e := range s.File(path) {
			if e.Arg.File == path && from <= e.Arg.End && e.Arg.End <= to {
				if h := s.topicHint(e); len(h.Values) > 0 {
					out = append(out, h)
				}
			}
		}
	}
	if variables {
		inTopic := slices.Clone(out)
		add := func(h Hint) {
			if len(h.Values) > 0 && !slices.ContainsFunc(inTopic, func(t Hint) bool {
				return t.Place.Start <= h.Place.Start && h.Place.End <= t.Place.End
			}) {
				out = append(out, h)
			}
		}
		for _, r := range s.ReadsIn(path) {
			if from <= r.At.End && r.At.End <= to && r.At.End > r.At.Start {
				add(s.variableHint(r))
			}
		}
		if reads := s.keyReads()[path]; len(reads) > 0 {
			stores := s.storesOfCode(path)
			for _, v := range reads {
				if at := toPlace(v.At); from <= at.End && at.End <= to && at.End > at.Start {
					add(s.keyHint(stores, v.Name, at))
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Hint) int { return comparePlaces(a.Place, b.Place) })
	return slices.CompactFunc(out, func(a, b Hint) bool { return a.Place == b.Place && a.Kind == b.Kind })
}

// topicHint tells the topics of an endpoint that are not spelled in its argument.
func (s *Snapshot) topicHint(e *topology.Endpoint) Hint {
	h := Hint{Place: e.Arg, Kind: TopicOccurrence}
	unknown := false
	for i := range e.Topics {
		n := &e.Topics[i]
		if n.Name == "" {
			unknown = true
			continue
		}
		at := usePlace(topology.Use{Endpoint: e, Name: n})
		if s.spelledText(at) == n.Name {
			continue
		}
		v := HintValue{Text: n.Name, Services: n.Services}
		if j := lastGiving(n); j >= 0 {
			v.At = n.Steps[j].Place
		}
		if n.Status != topology.Exact {
			v.Note = statusWords(n.Status)
		}
		h.add(v)
	}
	if unknown && len(h.Values) > 0 {
		h.add(HintValue{Note: "not known in other services"})
	}
	return h
}

// add enters a value, once.
func (h *Hint) add(v HintValue) {
	i := slices.IndexFunc(h.Values, func(o HintValue) bool { return o.Text == v.Text })
	if i < 0 {
		v.Services = slices.Clone(v.Services)
		h.Values = append(h.Values, v)
		return
	}
	h.Values[i].Services = union(h.Values[i].Services, v.Services)
}

// variableHint tells the values of a variable in the services that run the code.
func (s *Snapshot) variableHint(r topology.VariableRead) Hint {
	h := Hint{Place: r.At, Kind: VariableOccurrence}
	if len(r.Services) == 0 {
		return h
	}
	for _, v := range s.settingsOf([]string{r.Name}, r.Services) {
		value := HintValue{Services: []string{v.service}, At: v.setAt()}
		shown, ok := s.shownVariable(v.service, v.v)
		switch {
		case !ok:
			value.Text, value.Note = topology.Masked, "a secret"
		case v.v.Reason != "":
			value.Note = "not known: " + v.v.Reason
		default:
			value.Text = shown
		}
		if value.Text == "" && value.Note == "" {
			value.Text = `""`
		}
		h.add(value)
	}
	if !slices.ContainsFunc(h.Values, func(v HintValue) bool { return v.Text != "" }) {
		h.Values = nil
	}
	return h
}

// storesOfCode lists the stores of the services that run a code file.
func (s *Snapshot) storesOfCode(path string) []storeKey {
	var out []storeKey
	for _, k := range s.storesWith("") {
		if svc := s.byID[k.service]; svc != nil {
			if _, runs := slices.BinarySearch(svc.Files, path); runs {
				out = append(out, k)
			}
		}
	}
	return out
}

// keyHint tells the values of a key of a framework's configuration in stores.
func (s *Snapshot) keyHint(stores []storeKey, name string, at topology.Place) Hint {
	h := Hint{Place: at, Kind: KeyOccurrence}
	for _, k := range stores {
		values, _, _ := s.conf().stores[k].Lookup(name)
		for _, v := range values {
			if v.Status == config.Unknown {
				continue
			}
			shown, ok := s.shownValue(k.service, name, v.Text)
			value := HintValue{Text: shown, Services: []string{k.service}}
			switch {
			case !ok:
				value.Text, value.Note = topology.Masked, "a secret"
			case shown == "":
				value.Text = `""`
			}
			if len(v.Steps) > 0 {
				last := v.Steps[len(v.Steps)-1]
				value.At = topology.Place{File: last.File, Start: last.Start, End: last.End}
			}
			h.add(value)
		}
	}
	sort.SliceStable(h.Values, func(i, j int) bool { return slices.Compare(h.Values[i].Services, h.Values[j].Services) < 0 })
	return h
}

const (
	maxHintValues = 3
	maxHintText   = 40 // characters of one value
)

// Label lists the values, shortened to be read at a glance: the text of each and
// which it is, -1 for what stands between and for more.
func (h *Hint) Label() (texts []string, which []int) {
	add := func(text string, i int) { texts, which = append(texts, text), append(which, i) }
	add("= ", -1)
	for i := range h.Values {
		if i == maxHintValues {
			add(" | …", -1)
			break
		}
		if i > 0 {
			add(" | ", -1)
		}
		text := h.Values[i].Text
		if text == "" {
			text = "?"
		}
		text = strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, text)
		if short := []rune(text); len(short) > maxHintText {
			text = string(short[:maxHintText-1]) + "…"
		}
		add(text, i)
	}
	return texts, which
}

// HintPage tells about a hint's values.
func (s *Snapshot) HintPage(h Hint) Page {
	what := map[OccurrenceKind]string{TopicOccurrence: "topic", VariableOccurrence: "value", KeyOccurrence: "value"}[h.Kind]
	p := Page{Title: Line{text(counted(len(h.Values), what))}}
	if len(h.Values) == 1 {
		p.Title = Line{text(what)}
	}
	var sec Section
	sec.Title = "Per service"
	for _, v := range h.Values {
		var l Line
		if v.Text != "" {
			l = append(l, quoted(v.Text))
		}
		if v.Note != "" {
			if len(l) > 0 {
				l = append(l, text(", "))
			}
			l = append(l, text(v.Note))
		}
		if len(v.Services) > 0 {
			l = append(append(l, text(" in ")), s.serviceRuns(v.Services)...)
		}
		if v.At.File != "" {
			l = append(l, text(" "), link(v.At))
		}
		sec.Lines = append(sec.Lines, l)
	}
	sec.Lines = capped(sec.Lines)
	p.add(sec)
	return p
}
