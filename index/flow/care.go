package flow

// care says which files an evaluation may have taken in, see growth.go. What is
// kept of an answer is kept for one care.
type care uint8

const (
	// seeks takes in what an expression needs, and whatever may decide what it is:
	// for topics and what goes with them.
	seeks care = iota
	// follows takes in what an expression needs only: for what calls are made on.
	// The code that makes a client for others says that it does.
	follows
	// lazy takes in no file that says nothing of Kafka: for questions that only
	// concern files that are looked at anyway.
	lazy
)

// seeks reports whether files are to be taken in that may decide what a topic is.
func (ev *evaluator) seeks() bool { return ev.care == seeks && ev.fields != nil }

// with evaluates with another care.
func (ev *evaluator) with(c care, do func()) {
	was := ev.care
	ev.care = c
	defer func() { ev.care = was }()
	do()
}
