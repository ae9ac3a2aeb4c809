package ecmascript

import (
	"sync"

	"topicls/index/syntax"
)

// The node kinds, as this package numbers them.
const (
	kIdentifier syntax.Kind = syntax.FirstKind + iota
	kPropertyIdentifier
	kPrivateIdentifier
	kTypeIdentifier
	kShorthand
	kShorthandPattern
	kNestedIdentifier
	kNestedType
	kStatementIdentifier
	kThis
	kSuper
	kImportWord
	kMetaProperty

	kNumber
	kTrue
	kFalse
	kNull
	kUndefined
	kString
	kTemplate
	kSubstitution
	kRegex
	kRegexPattern
	kRegexFlags

	kMember
	kSubscript
	kOptionalChain
	kCall
	kNew
	kArguments
	kSpread
	kParenthesized
	kSequence
	kArray
	kObject
	kPair
	kComputed
	kTernary
	kBinary
	kUnary
	kUpdate
	kAwait
	kYield
	kAs
	kSatisfies
	kNonNull
	kTypeAssertion
	kInstantiation
	kAssignment
	kAugmented
	kArrow
	kFunctionExpression
	kGenerator
	kClassExpression

	kObjectPattern
	kArrayPattern
	kPairPattern
	kAssignmentPattern
	kObjectAssignmentPattern
	kRestPattern

	kParameters
	kRequiredParameter
	kOptionalParameter
	kAccessibility

	kFunction
	kGeneratorFunction
	kFunctionSignature
	kClass
	kAbstractClass
	kHeritage
	kExtends
	kImplements
	kExtendsType
	kClassBody
	kMethod
	kMethodSignature
	kAbstractMethod
	kField
	kStaticBlock
	kDecorator
	kInterface
	kInterfaceBody
	kPropertySignature
	kCallSignature
	kConstructSignature
	kIndexSignature
	kEnum
	kEnumBody
	kEnumAssignment
	kNamespace
	kModule
	kAmbient
	kTypeAlias

	kTypeAnnotation
	kPredicateAnnotation
	kAssertsAnnotation
	kTypeArguments
	kTypeParameters
	kPredefinedType
	kGenericType
	kUnionType
	kIntersectionType
	kArrayType
	kTupleType
	kObjectType
	kFunctionType
	kConstructorType
	kLiteralType
	kTemplateType
	kTemplateTypePart
	kParenthesizedType
	kReadonlyType
	kOptionalType
	kRestType
	kLookupType
	kTypeQuery
	kIndexQuery
	kMappedType

	kLexical
	kVariable
	kDeclarator
	kExpressionStatement
	kBlock
	kReturn
	kThrow
	kBreak
	kContinue
	kIf
	kElse
	kFor
	kForIn
	kWhile
	kDo
	kSwitch
	kSwitchBody
	kCase
	kDefault
	kTry
	kCatch
	kFinally
	kLabeled
	kImport
	kImportClause
	kNamedImports
	kImportSpecifier
	kNamespaceImport
	kImportRequire
	kImportAlias
	kExport
	kExportClause
	kExportSpecifier
	kNamespaceExport

	kJSXAttribute
	kJSXText
	kJSXClosing
)

// The fields, as this package numbers them.
const (
	fAlias syntax.Field = 1 + iota
	fAlternative
	fArgument
	fArguments
	fBody
	fCondition
	fConsequence
	fConstructor
	fDeclaration
	fDecorator
	fFinalizer
	fFlags
	fFunction
	fHandler
	fIncrement
	fIndex
	fIndexType
	fInitializer
	fKey
	fLeft
	fModule
	fName
	fObject
	fParameter
	fParameters
	fPattern
	fProperty
	fReturnType
	fRight
	fSource
	fType
	fTypeArguments
	fValue
)

// spec says what of a tree the extractor reads, in all dialects. Comments are
// left out; the few that matter are found in the text (see directives).
var spec = syntax.Spec{
	Nodes: map[string]syntax.Kind{
		"identifier":                            kIdentifier,
		"property_identifier":                   kPropertyIdentifier,
		"private_property_identifier":           kPrivateIdentifier,
		"type_identifier":                       kTypeIdentifier,
		"shorthand_property_identifier":         kShorthand,
		"shorthand_property_identifier_pattern": kShorthandPattern,
		"nested_identifier":                     kNestedIdentifier,
		"nested_type_identifier":                kNestedType,
		"statement_identifier":                  kStatementIdentifier,
		"this":                                  kThis,
		"this_type":                             kThis,
		"super":                                 kSuper,
		"import":                                kImportWord,
		"meta_property":                         kMetaProperty,

		"number":                kNumber,
		"true":                  kTrue,
		"false":                 kFalse,
		"null":                  kNull,
		"undefined":             kUndefined,
		"string":                kString,
		"template_string":       kTemplate,
		"template_substitution": kSubstitution,
		"regex":                 kRegex,
		"regex_pattern":         kRegexPattern,
		"regex_flags":           kRegexFlags,

		"member_expression":               kMember,
		"subscript_expression":            kSubscript,
		"optional_chain":                  kOptionalChain,
		"call_expression":                 kCall,
		"new_expression":                  kNew,
		"arguments":                       kArguments,
		"spread_element":                  kSpread,
		"parenthesized_expression":        kParenthesized,
		"sequence_expression":             kSequence,
		"array":                           kArray,
		"object":                          kObject,
		"pair":                            kPair,
		"computed_property_name":          kComputed,
		"ternary_expression":              kTernary,
		"binary_expression":               kBinary,
		"unary_expression":                kUnary,
		"update_expression":               kUpdate,
		"await_expression":                kAwait,
		"yield_expression":                kYield,
		"as_expression":                   kAs,
		"satisfies_expression":            kSatisfies,
		"non_null_expression":             kNonNull,
		"type_assertion":                  kTypeAssertion,
		"instantiation_expression":        kInstantiation,
		"assignment_expression":           kAssignment,
		"augmented_assignment_expression": kAugmented,
		"arrow_function":                  kArrow,
		"function_expression":             kFunctionExpression,
		"generator_function":              kGenerator,
		"class":                           kClassExpression,

		"object_pattern":            kObjectPattern,
		"array_pattern":             kArrayPattern,
		"pair_pattern":              kPairPattern,
		"assignment_pattern":        kAssignmentPattern,
		"object_assignment_pattern": kObjectAssignmentPattern,
		"rest_pattern":              kRestPattern,

		"formal_parameters":      kParameters,
		"required_parameter":     kRequiredParameter,
		"optional_parameter":     kOptionalParameter,
		"accessibility_modifier": kAccessibility,

		"function_declaration":           kFunction,
		"generator_function_declaration": kGeneratorFunction,
		"function_signature":             kFunctionSignature,
		"class_declaration":              kClass,
		"abstract_class_declaration":     kAbstractClass,
		"class_heritage":                 kHeritage,
		"extends_clause":                 kExtends,
		"implements_clause":              kImplements,
		"extends_type_clause":            kExtendsType,
		"class_body":                     kClassBody,
		"method_definition":              kMethod,
		"method_signature":               kMethodSignature,
		"abstract_method_signature":      kAbstractMethod,
		"public_field_definition":        kField,
		"field_definition":               kField,
		"class_static_block":             kStaticBlock,
		"decorator":                      kDecorator,
		"interface_declaration":          kInterface,
		"interface_body":                 kInterfaceBody,
		"property_signature":             kPropertySignature,
		"call_signature":                 kCallSignature,
		"construct_signature":            kConstructSignature,
		"index_signature":                kIndexSignature,
		"enum_declaration":               kEnum,
		"enum_body":                      kEnumBody,
		"enum_assignment":                kEnumAssignment,
		"internal_module":                kNamespace,
		"module":                         kModule,
		"ambient_declaration":            kAmbient,
		"type_alias_declaration":         kTypeAlias,

		"type_annotation":           kTypeAnnotation,
		"type_predicate_annotation": kPredicateAnnotation,
		"asserts_annotation":        kAssertsAnnotation,
		"type_arguments":            kTypeArguments,
		"type_parameters":           kTypeParameters,
		"predefined_type":           kPredefinedType,
		"generic_type":              kGenericType,
		"union_type":                kUnionType,
		"intersection_type":         kIntersectionType,
		"array_type":                kArrayType,
		"tuple_type":                kTupleType,
		"object_type":               kObjectType,
		"function_type":             kFunctionType,
		"constructor_type":          kConstructorType,
		"literal_type":              kLiteralType,
		"template_literal_type":     kTemplateType,
		"template_type":             kTemplateTypePart,
		"parenthesized_type":        kParenthesizedType,
		"readonly_type":             kReadonlyType,
		"optional_type":             kOptionalType,
		"rest_type":                 kRestType,
		"lookup_type":               kLookupType,
		"type_query":                kTypeQuery,
		"index_type_query":          kIndexQuery,
		"mapped_type_clause":        kMappedType,

		"lexical_declaration":   kLexical,
		"variable_declaration":  kVariable,
		"variable_declarator":   kDeclarator,
		"expression_statement":  kExpressionStatement,
		"statement_block":       kBlock,
		"return_statement":      kReturn,
		"throw_statement":       kThrow,
		"break_statement":       kBreak,
		"continue_statement":    kContinue,
		"if_statement":          kIf,
		"else_clause":           kElse,
		"for_statement":         kFor,
		"for_in_statement":      kForIn,
		"while_statement":       kWhile,
		"do_statement":          kDo,
		"switch_statement":      kSwitch,
		"switch_body":           kSwitchBody,
		"switch_case":           kCase,
		"switch_default":        kDefault,
		"try_statement":         kTry,
		"catch_clause":          kCatch,
		"finally_clause":        kFinally,
		"labeled_statement":     kLabeled,
		"import_statement":      kImport,
		"import_clause":         kImportClause,
		"named_imports":         kNamedImports,
		"import_specifier":      kImportSpecifier,
		"namespace_import":      kNamespaceImport,
		"import_require_clause": kImportRequire,
		"import_alias":          kImportAlias,
		"export_statement":      kExport,
		"export_clause":         kExportClause,
		"export_specifier":      kExportSpecifier,
		"namespace_export":      kNamespaceExport,

		"jsx_attribute":       kJSXAttribute,
		"jsx_text":            kJSXText,
		"jsx_closing_element": kJSXClosing,
	},
	Fields: map[string]syntax.Field{
		"alias":          fAlias,
		"alternative":    fAlternative,
		"argument":       fArgument,
		"arguments":      fArguments,
		"body":           fBody,
		"condition":      fCondition,
		"consequence":    fConsequence,
		"constructor":    fConstructor,
		"declaration":    fDeclaration,
		"decorator":      fDecorator,
		"finalizer":      fFinalizer,
		"flags":          fFlags,
		"function":       fFunction,
		"handler":        fHandler,
		"increment":      fIncrement,
		"index":          fIndex,
		"index_type":     fIndexType,
		"initializer":    fInitializer,
		"key":            fKey,
		"left":           fLeft,
		"module":         fModule,
		"name":           fName,
		"object":         fObject,
		"parameter":      fParameter,
		"parameters":     fParameters,
		"pattern":        fPattern,
		"property":       fProperty,
		"return_type":    fReturnType,
		"right":          fRight,
		"source":         fSource,
		"type":           fType,
		"type_arguments": fTypeArguments,
		"value":          fValue,
	},
	Leaves: []string{"regex_pattern", "regex_flags", "jsx_closing_element", "predefined_type", "super", "this", "import"},
	Drop: []string{
		"comment", "html_comment", "hash_bang_line", "string_fragment", "escape_sequence", "html_character_reference",
		"empty_statement", "debugger_statement", "override_modifier",
	},
}

// Dialect is one of the grammars.
type Dialect uint8

// The dialects.
const (
	JavaScript Dialect = iota // JSX too
	TypeScript
	TSX

	dialects
)

// views are the dialects as this package sees them, made when a file of one is
// first read.
var views = [dialects]func() *syntax.View{
	JavaScript: sync.OnceValue(func() *syntax.View { return syntax.JavaScript.View(spec) }),
	TypeScript: sync.OnceValue(func() *syntax.View { return syntax.TypeScript.View(spec) }),
	TSX:        sync.OnceValue(func() *syntax.View { return syntax.TSX.View(spec) }),
}

// lang is File.Lang of a dialect.
func (d Dialect) lang() string {
	if d == JavaScript {
		return "javascript"
	}
	return "typescript"
}
