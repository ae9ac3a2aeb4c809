package client

import (
	"fmt"
	"strconv"
	"strings"
)

// Role is what an endpoint does with a topic.
type Role string

// The roles.
const (
	Produce Role = "produce"
	Consume Role = "consume"
)

// Slot says where in a call a thing is given. Its text form, used in the
// YAML, is `[new.]...ARG[KEY]` where ARG is a position counted from 0, a
// position followed by `*` (that argument and all positional ones after it),
// a keyword, or `@` (the receiver itself), `new.` moves to the call that
// created the receiver, and KEY looks up a key in a map argument: `new.0[group.id]`.
// Further brackets go deeper: `0[messages][][value]` is the value under "value" of
// each element of the list under "messages" (a key that is empty stands for the elements).
// `POS/N` counts only in calls with N arguments, `POS.FIELD` is a field of an
// argument that is an object of a library's type. `METHOD(KEY).ARG` is an
// argument of the nearest call of a method in the chain of calls that made the
// receiver; with KEY, of one whose first argument that is. `with:NAME.ARG` is an
// argument of the call of a function of that name among the call's own arguments,
// as options are given: `new.with:ConsumeTopics.0*`. `in:NAME.ARG` is an argument of
// a call of that name which stands in a function among the call's arguments, as
// what builds something is given: `AddConsumer(c => c.Topic("orders"))`. `set:FIELD` is
// what such a function assigns to a field of its own parameter: `AddBus(o => o.Topic = "orders")`.
// `POS#N` counts only in calls with N arguments by position.
type Slot struct {
	New     int      // how many times to move to the call that created the receiver
	Pos     int      // position, or -1
	Rest    bool     // Pos and all positional arguments after it
	Keyword string   // keyword, or ""
	Key     string   // map key, or ""
	Deeper  []string // keys to look up in what that leads to, one after the other; "" for the elements of a list
	Path    string   // with Key: nothing more; kept for messages

	Option            string // the name of the function whose call, an argument, has the slot; or ""
	Inside            string // the name of the function whose call in a function, an argument, has the slot; or ""
	Assigned          string // the field that a function, an argument, assigns; or ""
	Of                int    // the number of arguments that the call must have; 0 for any
	OfPositions       int    // the number of those that have no name
	Field             string // of the argument, or ""
	Method, MethodKey string // the call in the chain, or ""
}

// ParseSlot parses the text form of a slot.
func ParseSlot(text string) (Slot, error) {
	s := Slot{Pos: -1, Path: text}
	rest := text
	for strings.HasPrefix(rest, "new.") {
		s.New++
		rest = rest[len("new."):]
	}
	ok := true
	switch {
	case strings.HasPrefix(rest, "set:"):
		if s.Assigned = rest[len("set:"):]; s.Assigned == "" {
			return s, fmt.Errorf("slot %q: names no field", text)
		}
		return s, nil
	case strings.HasPrefix(rest, "with:"):
		s.Option, rest, ok = strings.Cut(rest[len("with:"):], ".")
	case strings.HasPrefix(rest, "in:"):
		s.Inside, rest, ok = strings.Cut(rest[len("in:"):], ".")
	default:
		rest, _ = parseMethodSlot(rest, &s)
	}
	if !ok {
		return s, fmt.Errorf("slot %q: names no argument", text)
	}
	if i := strings.IndexByte(rest, '['); i >= 0 {
		if !strings.HasSuffix(rest, "]") {
			return s, fmt.Errorf("slot %q: missing ]", text)
		}
		keys := strings.Split(rest[i+1:len(rest)-1], "][")
		if s.Key, s.Deeper = keys[0], keys[1:]; s.Key == "" {
			s.Deeper = keys
		}
		rest = rest[:i]
	}
	if strings.HasSuffix(rest, "*") {
		s.Rest = true
		rest = rest[:len(rest)-1]
	}
	if rest == "" {
		return s, fmt.Errorf("slot %q: names no argument", text)
	}
	if rest[0] >= '0' && rest[0] <= '9' {
		rest, s.Field, _ = strings.Cut(rest, ".")
		if pos, of, ok := strings.Cut(rest, "/"); ok {
			n, err := strconv.Atoi(of)
			if err != nil || n <= 0 {
				return s, fmt.Errorf("slot %q: no number of arguments behind /", text)
			}
			rest, s.Of = pos, n
		}
		if pos, of, ok := strings.Cut(rest, "#"); ok {
			n, err := strconv.Atoi(of)
			if err != nil || n <= 0 {
				return s, fmt.Errorf("slot %q: no number of arguments behind #", text)
			}
			rest, s.OfPositions = pos, n
		}
	}
	if n, err := strconv.Atoi(rest); err == nil {
		if n < 0 {
			return s, fmt.Errorf("slot %q: negative position", text)
		}
		s.Pos = n
	} else {
		s.Keyword = rest
		if s.Rest {
			return s, fmt.Errorf("slot %q: only a position can have *", text)
		}
	}
	return s, nil
}

// Receiver is the keyword of the slot that is what a method is called on.
const Receiver = "@"

// Slots are the places where one thing may be given, in order of preference.
type Slots []Slot

// UnmarshalYAML reads a list of slots, or one.
func (s *Slots) UnmarshalYAML(unmarshal func(any) error) error {
	var many []string
	if err := unmarshal(&many); err != nil {
		var one string
		if err := unmarshal(&one); err != nil {
			return err
		}
		many = []string{one}
	}
	for _, text := range many {
		slot, err := ParseSlot(text)
		if err != nil {
			return err
		}
		*s = append(*s, slot)
	}
	return nil
}
