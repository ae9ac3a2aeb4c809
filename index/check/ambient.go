package check

import (
	"maps"
	"slices"
	"strings"

	"topicls/index/topology"
)

// ambient is what the findings about any topic may depend on, wherever in the
// workspace it comes from. It is asked by methods that note the question, so
// that a change of an answer concerns the topics that had asked for it and no
// others: in a large workspace one more topic that is not known is no reason
// to look at all topics again.
type ambient struct {
	any     map[topology.Role]int // endpoints
	unknown map[topology.Role]int // endpoints whose topic is not known
	relays  map[string]string     // services that read and write topics as they are configured: names by id
	unread  map[string]string     // deployed services whose code was not read: names by id
	whole   int                   // topics that have both of their sides here
	code    map[string]string     // services and programs with code that has to do with Kafka: its folders by id
	systems map[string]bool       // those of them that no cluster runs: a compose file, which is of a whole system, or nothing

	asked question // since the last begin
}

// question is a set of questions to an ambient.
type question uint16

const (
	noneProduces question = 1 << iota // has no code endpoints of the role?
	noneConsumes
	someProduce // is there an endpoint of the role with a topic that is not known?
	someConsume
	countProduce // how many are there?
	countConsume
	someRelay    // is there a relay?
	namesOfOther // which relays are there, and which code was not read?
	isAlone      // is this the repository of one service?
)

// ambientState are the answers to all questions.
type ambientState struct {
	any, unknown [2]int
	relays       string
	unread       string
	relay        bool
	alone        bool
}

func newAmbient() ambient {
	return ambient{any: map[topology.Role]int{}, unknown: map[topology.Role]int{}, relays: map[string]string{}, unread: map[string]string{}, code: map[string]string{}, systems: map[string]bool{}}
}

// state is what the ambient is now.
func (a *ambient) state() ambientState {
	return ambientState{
		any:     [2]int{a.any[topology.Produce], a.any[topology.Consume]},
		unknown: [2]int{a.unknown[topology.Produce], a.unknown[topology.Consume]},
		relays:  a.relayNames(), unread: a.unreadName(), relay: len(a.relays) > 0, alone: a.isAlone(),
	}
}

// differ lists the questions that have other answers in two states.
func (a ambientState) differ(b ambientState) question {
	var q question
	note := func(other bool, what question) {
		if other {
			q |= what
		}
	}
	note((a.any[0] == 0) != (b.any[0] == 0), noneProduces)
	note((a.any[1] == 0) != (b.any[1] == 0), noneConsumes)
	note((a.unknown[0] > 0) != (b.unknown[0] > 0), someProduce)
	note((a.unknown[1] > 0) != (b.unknown[1] > 0), someConsume)
	note(a.unknown[0] != b.unknown[0], countProduce)
	note(a.unknown[1] != b.unknown[1], countConsume)
	note(a.relay != b.relay, someRelay)
	note(a.alone != b.alone, isAlone)
	note(a.relays != b.relays || a.unread != b.unread, namesOfOther)
	return q
}

// hasNone reports whether no code of the workspace has endpoints of a role.
func (a *ambient) hasNone(role topology.Role) bool {
	a.asked |= byRole(role, noneProduces, noneConsumes)
	return a.any[role] == 0
}

// hasUnknown reports whether an endpoint of a role has a topic that is not known.
func (a *ambient) hasUnknown(role topology.Role) bool {
	a.asked |= byRole(role, someProduce, someConsume)
	return a.unknown[role] > 0
}

// countUnknown says how many endpoints of a role have a topic that is not known.
func (a *ambient) countUnknown(role topology.Role) int {
	a.asked |= byRole(role, countProduce, countConsume)
	return a.unknown[role]
}

// hasRelays reports whether a service reads or writes topics as it is configured.
func (a *ambient) hasRelays() bool {
	a.asked |= someRelay
	return len(a.relays) > 0
}

// onlyService reports whether all code of the workspace that has to do with Kafka is
// that of one service: where a cluster runs it, which runs those of other
// repositories too, or where no topic has both of its sides here, it is a
// service's repository, and not a system's.
func (a *ambient) onlyService() bool {
	a.asked |= isAlone
	return a.isAlone()
}

func (a *ambient) isAlone() bool { return (a.whole == 0 || len(a.systems) == 0) && a.sameCode() }

func (a *ambient) sameCode() bool {
	first, n := "", 0
	for _, code := range a.code {
		if n++; n > 1 && code != first {
			return false
		}
		first = code
	}
	return n > 0
}

// others names the services that do so, and one whose code was not read; "" for none.
func (a *ambient) others() (relays, unread string) {
	a.asked |= namesOfOther
	return a.relayNames(), a.unreadName()
}

func byRole(role topology.Role, produce, consume question) question {
	if role == topology.Produce {
		return produce
	}
	return consume
}

// relayNames lists the relays, by id.
func (a *ambient) relayNames() string {
	var names []string
	for _, id := range slices.Sorted(maps.Keys(a.relays)) {
		names = append(names, a.relays[id])
	}
	return strings.Join(names, ", ")
}

// unreadName names a deployed service whose code was not read, or is "".
func (a *ambient) unreadName() string {
	if len(a.unread) == 0 {
		return ""
	}
	return a.unread[slices.Min(slices.Collect(maps.Keys(a.unread)))]
}
