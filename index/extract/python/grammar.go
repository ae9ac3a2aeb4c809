package python

import "topicls/index/syntax"

// The node kinds, as this package numbers them.
const (
	kIdentifier syntax.Kind = syntax.FirstKind + iota
	kAsync
	kAnd
	kOr
	kPlus
	kPercent
	kPipe
	kUnderscore

	kInteger
	kFloat
	kTrue
	kFalse
	kNone
	kString
	kConcatenatedString
	kInterpolation
	kTypeConversion
	kFormatSpecifier

	kAttribute
	kSubscript
	kSlice
	kCall
	kArgumentList
	kKeywordArgument
	kListSplat
	kDictionarySplat
	kParenthesized
	kParenthesizedSplat
	kList
	kTuple
	kSet
	kDictionary
	kPair
	kExpressionList
	kListComprehension
	kSetComprehension
	kDictionaryComprehension
	kGeneratorExpression
	kForInClause
	kIfClause
	kBooleanOperator
	kBinaryOperator
	kUnaryOperator
	kComparison
	kNot
	kConditional
	kNamedExpression
	kLambda
	kAwait
	kYield

	kType
	kGenericType
	kTypeParameter
	kUnionType
	kMemberType

	kParameters
	kLambdaParameters
	kDefaultParameter
	kTypedParameter
	kTypedDefaultParameter
	kListSplatPattern
	kDictionarySplatPattern
	kKeywordSeparator
	kPositionalSeparator

	kPatternList
	kTuplePattern
	kListPattern
	kAsPattern
	kAsPatternTarget

	kAssignment
	kAugmentedAssignment
	kReturn
	kRaise
	kBreak
	kContinue
	kDelete
	kGlobal
	kNonlocal
	kImport
	kImportFrom
	kFutureImport
	kRelativeImport
	kImportPrefix
	kDottedName
	kAliasedImport
	kWildcardImport
	kTypeAlias

	kIf
	kElif
	kElse
	kFor
	kWhile
	kTry
	kExcept
	kExceptGroup
	kFinally
	kWith
	kWithClause
	kWithItem
	kMatch
	kCaseClause
	kCasePattern
	kDictPattern
	kKeywordPattern
	kClassPattern
	kSplatPattern
	kUnionPattern

	kBlock
	kFunction
	kClass
	kDecorated
	kDecorator
)

// The fields, as this package numbers them.
const (
	fAlias syntax.Field = 1 + iota
	fAlternative
	fArguments
	fAttribute
	fBody
	fCondition
	fConsequence
	fDefinition
	fExpression
	fFormatSpecifier
	fFunction
	fGuard
	fKey
	fLeft
	fModuleName
	fName
	fObject
	fOperator
	fParameters
	fReturnType
	fRight
	fSubject
	fSubscript
	fSuperclasses
	fType
	fValue
)

// spec says what of a tree the extractor reads. Comments are left out; the
// few that matter are found in the text (see directives).
var spec = syntax.Spec{
	Nodes: map[string]syntax.Kind{
		"identifier": kIdentifier,

		"integer":             kInteger,
		"float":               kFloat,
		"true":                kTrue,
		"false":               kFalse,
		"none":                kNone,
		"string":              kString,
		"concatenated_string": kConcatenatedString,
		"interpolation":       kInterpolation,
		"type_conversion":     kTypeConversion,
		"format_specifier":    kFormatSpecifier,

		"attribute":                kAttribute,
		"subscript":                kSubscript,
		"slice":                    kSlice,
		"call":                     kCall,
		"argument_list":            kArgumentList,
		"keyword_argument":         kKeywordArgument,
		"list_splat":               kListSplat,
		"dictionary_splat":         kDictionarySplat,
		"parenthesized_expression": kParenthesized,
		"parenthesized_list_splat": kParenthesizedSplat,
		"list":                     kList,
		"tuple":                    kTuple,
		"set":                      kSet,
		"dictionary":               kDictionary,
		"pair":                     kPair,
		"expression_list":          kExpressionList,
		"list_comprehension":       kListComprehension,
		"set_comprehension":        kSetComprehension,
		"dictionary_comprehension": kDictionaryComprehension,
		"generator_expression":     kGeneratorExpression,
		"for_in_clause":            kForInClause,
		"if_clause":                kIfClause,
		"boolean_operator":         kBooleanOperator,
		"binary_operator":          kBinaryOperator,
		"unary_operator":           kUnaryOperator,
		"comparison_operator":      kComparison,
		"not_operator":             kNot,
		"conditional_expression":   kConditional,
		"named_expression":         kNamedExpression,
		"lambda":                   kLambda,
		"await":                    kAwait,
		"yield":                    kYield,

		"type":           kType,
		"generic_type":   kGenericType,
		"type_parameter": kTypeParameter,
		"union_type":     kUnionType,
		"member_type":    kMemberType,

		"parameters":               kParameters,
		"lambda_parameters":        kLambdaParameters,
		"default_parameter":        kDefaultParameter,
		"typed_parameter":          kTypedParameter,
		"typed_default_parameter":  kTypedDefaultParameter,
		"list_splat_pattern":       kListSplatPattern,
		"dictionary_splat_pattern": kDictionarySplatPattern,
		"keyword_separator":        kKeywordSeparator,
		"positional_separator":     kPositionalSeparator,

		"pattern_list":      kPatternList,
		"tuple_pattern":     kTuplePattern,
		"list_pattern":      kListPattern,
		"as_pattern":        kAsPattern,
		"as_pattern_target": kAsPatternTarget,

		"assignment":              kAssignment,
		"augmented_assignment":    kAugmentedAssignment,
		"return_statement":        kReturn,
		"raise_statement":         kRaise,
		"break_statement":         kBreak,
		"continue_statement":      kContinue,
		"delete_statement":        kDelete,
		"global_statement":        kGlobal,
		"nonlocal_statement":      kNonlocal,
		"import_statement":        kImport,
		"import_from_statement":   kImportFrom,
		"future_import_statement": kFutureImport,
		"relative_import":         kRelativeImport,
		"import_prefix":           kImportPrefix,
		"dotted_name":             kDottedName,
		"aliased_import":          kAliasedImport,
		"wildcard_import":         kWildcardImport,
		"type_alias_statement":    kTypeAlias,

		"if_statement":        kIf,
		"elif_clause":         kElif,
		"else_clause":         kElse,
		"for_statement":       kFor,
		"while_statement":     kWhile,
		"try_statement":       kTry,
		"except_clause":       kExcept,
		"except_group_clause": kExceptGroup,
		"finally_clause":      kFinally,
		"with_statement":      kWith,
		"with_clause":         kWithClause,
		"with_item":           kWithItem,
		"match_statement":     kMatch,
		"case_clause":         kCaseClause,
		"case_pattern":        kCasePattern,
		"dict_pattern":        kDictPattern,
		"keyword_pattern":     kKeywordPattern,
		"class_pattern":       kClassPattern,
		"splat_pattern":       kSplatPattern,
		"union_pattern":       kUnionPattern,

		"block":                kBlock,
		"function_definition":  kFunction,
		"class_definition":     kClass,
		"decorated_definition": kDecorated,
		"decorator":            kDecorator,
	},
	Tokens: map[string]syntax.Kind{
		"async": kAsync,
		"and":   kAnd,
		"or":    kOr,
		"+":     kPlus,
		"%":     kPercent,
		"|":     kPipe,
		"_":     kUnderscore,
	},
	Fields: map[string]syntax.Field{
		"alias":            fAlias,
		"alternative":      fAlternative,
		"arguments":        fArguments,
		"attribute":        fAttribute,
		"body":             fBody,
		"condition":        fCondition,
		"consequence":      fConsequence,
		"definition":       fDefinition,
		"expression":       fExpression,
		"format_specifier": fFormatSpecifier,
		"function":         fFunction,
		"guard":            fGuard,
		"key":              fKey,
		"left":             fLeft,
		"module_name":      fModuleName,
		"name":             fName,
		"object":           fObject,
		"operator":         fOperator,
		"parameters":       fParameters,
		"return_type":      fReturnType,
		"right":            fRight,
		"subject":          fSubject,
		"subscript":        fSubscript,
		"superclasses":     fSuperclasses,
		"type":             fType,
		"value":            fValue,
	},
	Leaves: []string{"dotted_name", "import_prefix", "wildcard_import"},
	Drop: []string{
		"comment", "line_continuation", "string_start", "string_content", "string_end", "escape_sequence", "escape_interpolation",
		"pass_statement",
	},
	// A string without a prefix has nothing inside.
	LeafStart:      []string{"string"},
	LeafStartBytes: `"'`,
}

// view is Python as this package sees it.
var view = syntax.Python.View(spec)
