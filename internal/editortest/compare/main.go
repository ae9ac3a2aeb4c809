// Command compare compares the answers of a session that no Go test runs with
// those that all editors must be told. usage: compare FACTS ANSWERS WORKSPACE
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"topicls/internal/editortest"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: compare FACTS ANSWERS WORKSPACE")
		os.Exit(2)
	}
	differ, err := compare(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if differ {
		os.Exit(1)
	}
}

func compare(factsPath, answersPath, root string) (differ bool, err error) {
	facts, err := editortest.ReadFacts(factsPath)
	if err != nil {
		return false, err
	}
	data, err := os.ReadFile(answersPath)
	if err != nil {
		return false, err
	}
	var answers map[string]json.RawMessage
	if err := json.Unmarshal(data, &answers); err != nil {
		return false, fmt.Errorf("%s: %w", answersPath, err)
	}
	for _, ask := range facts.Asks {
		got, err := editortest.Plain(ask.Method, root, answers[ask.Name])
		if err != nil {
			return false, fmt.Errorf("%s: %w in %s", ask.Name, err, answers[ask.Name])
		}
		if !slices.Equal(got, ask.Answer) {
			differ = true
			fmt.Printf("%s\n  all editors: %q\n  this one:    %q\n", ask.Name, ask.Answer, got)
		}
	}
	if !differ {
		fmt.Printf("%d facts, the same as in all editors\n", len(facts.Asks))
	}
	return differ, nil
}
