package lsp

import (
	"bytes"

	"topicls/index/report"
)

// explainResult is the answer to topicls/explain.
type explainResult struct {
	Text string `json:"text"`
}

// explain answers topicls/explain: how the names at a place came about, step by
// step, as `topicls explain` prints it; null where there is nothing of Kafka.
func (s *server) explain(q query) (*explainResult, error) {
	lines, _, ok := q.snap.Lines(q.rel)
	if !ok {
		return nil, nil
	}
	line, column := lines.OffsetLine(int(q.off))
	var out bytes.Buffer
	in := q.snap.Report()
	for _, column := range []int{column, 0} { // else what is on the line
		found, err := report.Explain(&out, in, q.rel, line, column, report.Style{})
		if err != nil {
			return nil, err
		}
		if found {
			return &explainResult{out.String()}, nil
		}
	}
	return nil, nil
}
