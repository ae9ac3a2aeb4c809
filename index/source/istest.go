package source

import "strings"

var testFolders = map[string]bool{
	"test": true, "tests": true, "testing": true, "testdata": true, "unittest": true, "unittests": true,
	"__tests__": true, "__test__": true, "__mocks__": true, "__fixtures__": true,
	"spec": true, "e2e": true, "integrationtest": true, "integrationtests": true, "integration-tests": true, "integration_tests": true,
	// What tests of several modules share, and Gradle's source sets for kinds of tests.
	"test-common": true, "test_common": true, "test-utils": true, "test_utils": true, "test-util": true, "testutils": true, "testutil": true,
	"test-support": true, "test_support": true, "test-fixtures": true, "test_fixtures": true, "test-helpers": true, "test_helpers": true,
	"testFixtures": true, "integrationTest": true, "functionalTest": true, "intTest": true, "componentTest": true,
}

// IsTest reports whether the file at path (relative to the root) is test code
// or test data by the conventions of its language: a folder such as tests/,
// or a name such as test_orders.py, orders_test.go, orders.spec.ts, OrdersTest.java.
func IsTest(path string) bool {
	for {
		dir, rest, ok := strings.Cut(path, "/")
		if !ok {
			return isTestName(path)
		}
		if isTestFolder(dir) {
			return true
		}
		path = rest
	}
}

func isTestFolder(name string) bool {
	if testFolders[name] {
		return true
	}
	switch name { // capitals: C# and Swift projects
	case "Test", "Tests":
		return true
	}
	return strings.HasSuffix(name, ".Tests") || strings.HasSuffix(name, ".Test") ||
		strings.HasSuffix(name, "UnitTests") || strings.HasSuffix(name, "IntegrationTests")
}

func isTestName(name string) bool {
	kind, lang := Classify(name)
	if kind != KindCode {
		return false
	}
	stem := name[:strings.LastIndexByte(name, '.')]
	switch lang {
	case Python:
		return stem == "conftest" || stem == "test" || stem == "tests" || strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, "_test")
	case JavaScript, TypeScript, TSX:
		return strings.HasSuffix(stem, ".test") || strings.HasSuffix(stem, ".spec") || strings.HasSuffix(stem, ".e2e-spec") || strings.HasSuffix(stem, "-spec")
	case Java, Kotlin, Scala, Groovy, CSharp, PHP:
		return hasWordSuffix(stem, "Test") || hasWordSuffix(stem, "Tests") || hasWordSuffix(stem, "IT") || hasWordSuffix(stem, "TestCase") ||
			(lang == Scala || lang == Groovy || lang == Kotlin) && hasWordSuffix(stem, "Spec") || lang == Scala && hasWordSuffix(stem, "Suite")
	case Go, Rust, Elixir, C, CPP:
		return strings.HasSuffix(stem, "_test")
	case Ruby:
		return strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, "_spec")
	}
	return false
}

// hasWordSuffix reports whether stem ends in the camel-case word, with a word
// before it: OrdersTest has Test, while Latest and Test have not.
func hasWordSuffix(stem, word string) bool {
	rest, ok := strings.CutSuffix(stem, word)
	if !ok || rest == "" {
		return false
	}
	last := rest[len(rest)-1]
	return last >= 'a' && last <= 'z' || last >= '0' && last <= '9' || last == '_' || word != "IT" && last >= 'A' && last <= 'Z'
}
