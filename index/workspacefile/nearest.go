package workspacefile

import "strings"

// Nearest returns the one of names that was likely meant by a word: equal but for
// case, or one or two letters away, a third of the word at most. It is "" when
// there is none, or when two are as near.
func Nearest(word string, names []string) string {
	best, at := "", min(2, len(word)/3)+1
	for _, n := range names {
		d := distance(strings.ToLower(word), strings.ToLower(n), at)
		switch {
		case d < at:
			best, at = n, d
		case d == at && n != best:
			best = ""
		}
	}
	return best
}

// distance counts the letters to put in, take out, change or swap to make one
// word of another, up to a limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
