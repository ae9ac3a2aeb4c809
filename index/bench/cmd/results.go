package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// results is all that was measured. Times are in milliseconds, memory in MB.
type results struct {
	When     string       `json:"when"`
	Machine  string       `json:"machine"`
	Cold     []cold       `json:"cold"`
	Warm     []warm       `json:"warm"`
	Growth   *growth      `json:"growth,omitempty"`
	First    []firstHover `json:"firstHover"`
	Edits    []times      `json:"edits"`
	Queries  []times      `json:"queries"`
	Ready    float64      `json:"serverReadyMs"`
	Second   float64      `json:"secondServerReadyMs"` // the same of the second start
	Live     float64      `json:"liveHeapMB"`
	RSS      float64      `json:"rssMB"`
	RSSAfter float64      `json:"rssAfterEditsMB"`
	PeakRSS  float64      `json:"peakRSSMB"`
	Many     int          `json:"editsBetween"`
	Budgets  []verdict    `json:"budgets"`
}

type growth struct {
	Files float64 `json:"files"` // how many times the files
	Time  float64 `json:"time"`  // how many times the time
	Ten   float64 `json:"timeForTenTimesTheFiles"`
}

type times struct {
	Name string  `json:"name"`
	N    int     `json:"n"`
	P50  float64 `json:"p50Ms"`
	P95  float64 `json:"p95Ms"`
	Max  float64 `json:"maxMs"`
}

func (t times) String() string {
	return fmt.Sprintf("%s: p50 %.2f, p95 %.2f, max %.2f ms", t.Name, t.P50, t.P95, t.Max)
}

// verdict is a budget and what was measured.
type verdict struct {
	What     string `json:"what"`
	Budget   string `json:"budget"`
	Measured string `json:"measured"`
	Met      bool   `json:"met"`
}

func newResults() *results {
	return &results{When: time.Now().UTC().Format(time.DateOnly), Machine: machine()}
}

func machine() string {
	model := "an unknown processor"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(data), "model name\t: "); ok {
			model, _, _ = strings.Cut(rest, "\n")
		}
	}
	load := ""
	if data, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = ", load " + strings.Join(strings.Fields(string(data))[:3], " ") + " when the run began"
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s%s", strings.TrimSpace(model), runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	if len(s) == 0 {
		return 0
	}
	return s[len(s)/2]
}

func timesOf(name string, list []time.Duration) times {
	t := times{Name: name, N: len(list)}
	if len(list) == 0 {
		return t
	}
	s := slices.Sorted(slices.Values(list))
	t.P50, t.P95, t.Max = ms(s[len(s)/2]), ms(s[len(s)*95/100]), ms(s[len(s)-1])
	return t
}

func (r *results) growth(small, large cold) {
	g := &growth{Files: float64(large.Stats.Files) / float64(small.Stats.Files), Time: large.Index / small.Index}
	g.Ten = g.Time / g.Files * 10
	r.Growth = g
}

// judge holds the measurements against the budgets of the design.
func (r *results) judge() {
	add := func(what string, measured, budget float64, unit string) {
		format := "%.1f" + unit
		if unit == " x" {
			format = "%.2f" + unit
		}
		r.Budgets = append(r.Budgets, verdict{what, fmt.Sprintf("at most "+format, budget), fmt.Sprintf(format, measured), measured <= budget})
	}
	for _, c := range r.Cold {
		add("cold index beside raw work, "+c.Name, c.Ratio, 1.3, " x")
	}
	for _, c := range r.Warm {
		add("second start beside walk and stat, "+c.Name, c.Ratio, 1.5, " x")
	}
	for _, h := range r.First {
		add("first hover after the start of the server, cold, "+h.Name, h.Cold, h.Budget, " ms")
		add("first hover after the second start, "+h.Name, h.Second, 500, " ms")
	}
	add("first hover after the second start, the workspace of all other rows", r.Second, 500, " ms")
	for _, t := range r.Edits {
		add("edit to fresh answers, p95: "+t.Name, t.P95, 10, " ms")
	}
	for _, t := range r.Queries {
		add("p95 of "+t.Name, t.P95, 2, " ms")
	}
	add("resident memory of the server after opening", r.RSS, 150, " MB")
	add(fmt.Sprintf("resident memory after %d edits", r.Many), r.RSSAfter, 150, " MB")
	if r.Growth != nil {
		add("time for ten times the files", r.Growth.Ten, 11, " x")
	}
}

func (r *results) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Machine)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, v := range r.Budgets {
		mark := "met"
		if !v.Met {
			mark = "MISSED"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", v.What, v.Budget, v.Measured, mark)
	}
	_ = t.Flush()
	return b.String()
}

func (r *results) markdown(o options) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Benchmarks

The budgets of the design and what was measured. `+"`make bench`"+` measures again and rewrites this page:

    go run ./index/bench/cmd -endpoints %d -json bench.json -markdown docs/benchmarks.md

Measured %s on: %s. Other work shared the machine's cores; ratios compare work done in turns in the same run, times are as they came.

| what | budget | measured | |
|---|---|---|---|
`, o.endpoints, r.When, r.Machine)
	for _, v := range r.Budgets {
		mark := "met"
		if !v.Met {
			mark = "**missed**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.What, v.Budget, v.Measured, mark)
	}
	b.WriteString("\n## The workspaces\n\n| | files | code | parsed | endpoints | topics | services | index | raw work |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range r.Cold {
		s := c.Stats
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %.0f ms | %.0f ms |\n", c.Name, s.Files, s.Code, s.Parsed, s.Endpoints, s.Topics, s.Services, c.Index, c.Raw)
	}
	fmt.Fprintf(&b, `
Raw work is: walk, read every file, look for the words of client libraries in it, and one bare tree-sitter parse of the files
whose facts the index needed, with as many workers.

The generated workspace has domains of 25 services, each with a compose file. A service has its own copy of the Kafka helpers
(half of them), those of its domain, or none (confluent-kafka); topics come from variables with and without defaults, constants
of other modules, wrappers, attributes, f-strings and threads. About 60 %% of the Python files have nothing to do with Kafka.

## The second start

| | nothing changed | walk and stat | one file changed |
|---|---|---|---|
`)
	for _, c := range r.Warm {
		fmt.Fprintf(&b, "| %s | %.0f ms | %.0f ms | %.0f ms |\n", c.Name, c.Open, c.Walk, c.Changed)
	}
	b.WriteString(`
When nothing changed, the snapshot is read as it was kept; when something did, nothing else is read or parsed, and all is linked.

## Times

| | n | p50 | p95 | max |
|---|---|---|---|---|
`)
	for _, list := range [][]times{r.Edits, r.Queries} {
		for _, t := range list {
			fmt.Fprintf(&b, "| %s | %d | %.2f ms | %.2f ms | %.2f ms |\n", t.Name, t.N, t.P50, t.P95, t.Max)
		}
	}
	fmt.Fprintf(&b, "\n## Memory\n\nLive heap of the index %.0f MB. The server: %.0f MB resident after opening, %.0f MB after %d edits, %.0f MB at its peak. It was ready after %.1f s, and after %.2f s when it was started again.\n",
		r.Live, r.RSS, r.RSSAfter, r.Many, r.PeakRSS, r.Ready/1000, r.Second/1000)
	return b.String()
}
