package csharp

import "topicls/index/syntax"

// The node kinds, as this package numbers them.
const (
	kToken syntax.Kind = syntax.FirstKind + iota // a keyword that only tells forms apart
	kIdentifier
	kThis
	kBase
	kOut
	kAwaitToken
	kUsingToken
	kStaticToken
	kGlobalToken
	kModifier

	kUsing
	kNamespace
	kFileNamespace
	kGlobalStatement
	kIfDirective
	kElifDirective
	kElseDirective

	kClass
	kStruct
	kRecord
	kInterface
	kEnum
	kEnumMembers
	kEnumMember
	kMembers
	kBaseList
	kBaseCall
	kTypeParameters
	kTypeParameter
	kConstraints
	kConstraint
	kAttributes
	kAttribute
	kAttributeArguments
	kAttributeArgument
	kAttributeTarget

	kField
	kEvent
	kEventField
	kProperty
	kIndexer
	kAccessors
	kAccessor
	kMethod
	kConstructor
	kConstructorCall
	kDestructor
	kOperator
	kConversion
	kDelegate
	kLocalFunction
	kParameters
	kBracketParameters
	kParameter
	kArrow
	kBlock

	kVariables
	kVariable
	kLocal
	kExpressionStatement
	kIf
	kFor
	kForeach
	kWhile
	kDo
	kTry
	kCatch
	kCatchDeclaration
	kCatchFilter
	kFinally
	kUsingStatement
	kLock
	kSwitch
	kSwitchBody
	kSection
	kReturn
	kYield
	kThrow
	kBreak
	kContinue
	kGoto

	kGeneric
	kTypeArguments
	kQualified
	kAliasQualified
	kPredefined
	kNullable
	kArray
	kTupleType
	kTupleElement
	kVar
	kRefType
	kScoped
	kPointer

	kString
	kVerbatim
	kRawString
	kCharacter
	kInterpolated
	kInterpolation
	kAlignment
	kFormat
	kInteger
	kReal
	kBoolean
	kNull

	kMember
	kElement
	kElementBinding
	kMemberBinding
	kConditionalAccess
	kInvocation
	kArguments
	kBracketArguments
	kArgument
	kNew
	kImplicitNew
	kAnonymous
	kNewArray
	kImplicitArray
	kInitializer
	kWith
	kWithInitializer
	kAssignment
	kBinary
	kUnary
	kPostfix
	kConditional
	kCast
	kAs
	kIsType
	kIsPattern
	kAwait
	kThrowExpression
	kTypeof
	kSizeof
	kDefault
	kParenthesized
	kTuple
	kTuplePattern
	kDesignation
	kDeclaration
	kLambda
	kImplicitParameter
	kDelegateExpression
	kSwitchExpression
	kSwitchArm
	kWhen
	kRef
	kChecked
	kRange

	kConstantPattern
	kDeclarationPattern
	kVarPattern
	kRecursivePattern
	kTypePattern
	kRelationalPattern
	kOrPattern
	kAndPattern
	kNegatedPattern
	kParenthesizedPattern
	kListPattern
	kDiscard
	kPropertyClause
	kPositionalClause
	kSubpattern

	kQuery
	kFrom
	kWhere
	kSelect
	kGroup
	kJoin
	kJoinInto
	kLet
	kOrder
)

// The fields, as this package numbers them.
const (
	fAccessors syntax.Field = 1 + iota
	fAlias
	fAlternative
	fArguments
	fBody
	fCondition
	fConsequence
	fExpression
	fFunction
	fInitializer
	fLeft
	fName
	fParameters
	fPattern
	fQualifier
	fReturns
	fRight
	fSubscript
	fType
	fTypeParameters
	fUpdate
	fValue
)

// spec says what of a tree the extractor reads. Comments are left out; the
// few that matter are found in the text.
var spec = syntax.Spec{
	Nodes: map[string]syntax.Kind{
		"identifier": kIdentifier,
		"modifier":   kModifier,

		"using_directive":                   kUsing,
		"namespace_declaration":             kNamespace,
		"file_scoped_namespace_declaration": kFileNamespace,
		"global_statement":                  kGlobalStatement,
		"preproc_if":                        kIfDirective,
		"preproc_elif":                      kElifDirective,
		"preproc_else":                      kElseDirective,

		"class_declaration":                 kClass,
		"struct_declaration":                kStruct,
		"record_declaration":                kRecord,
		"interface_declaration":             kInterface,
		"enum_declaration":                  kEnum,
		"enum_member_declaration_list":      kEnumMembers,
		"enum_member_declaration":           kEnumMember,
		"declaration_list":                  kMembers,
		"base_list":                         kBaseList,
		"primary_constructor_base_type":     kBaseCall,
		"type_parameter_list":               kTypeParameters,
		"type_parameter":                    kTypeParameter,
		"type_parameter_constraints_clause": kConstraints,
		"type_parameter_constraint":         kConstraint,
		"attribute_list":                    kAttributes,
		"attribute":                         kAttribute,
		"attribute_argument_list":           kAttributeArguments,
		"attribute_argument":                kAttributeArgument,
		"attribute_target_specifier":        kAttributeTarget,

		"field_declaration":               kField,
		"event_declaration":               kEvent,
		"event_field_declaration":         kEventField,
		"property_declaration":            kProperty,
		"indexer_declaration":             kIndexer,
		"accessor_list":                   kAccessors,
		"accessor_declaration":            kAccessor,
		"method_declaration":              kMethod,
		"constructor_declaration":         kConstructor,
		"constructor_initializer":         kConstructorCall,
		"destructor_declaration":          kDestructor,
		"operator_declaration":            kOperator,
		"conversion_operator_declaration": kConversion,
		"delegate_declaration":            kDelegate,
		"local_function_statement":        kLocalFunction,
		"parameter_list":                  kParameters,
		"bracketed_parameter_list":        kBracketParameters,
		"parameter":                       kParameter,
		"arrow_expression_clause":         kArrow,
		"block":                           kBlock,

		"variable_declaration":        kVariables,
		"variable_declarator":         kVariable,
		"local_declaration_statement": kLocal,
		"expression_statement":        kExpressionStatement,
		"if_statement":                kIf,
		"for_statement":               kFor,
		"foreach_statement":           kForeach,
		"while_statement":             kWhile,
		"do_statement":                kDo,
		"try_statement":               kTry,
		"catch_clause":                kCatch,
		"catch_declaration":           kCatchDeclaration,
		"catch_filter_clause":         kCatchFilter,
		"finally_clause":              kFinally,
		"using_statement":             kUsingStatement,
		"lock_statement":              kLock,
		"switch_statement":            kSwitch,
		"switch_body":                 kSwitchBody,
		"switch_section":              kSection,
		"return_statement":            kReturn,
		"yield_statement":             kYield,
		"throw_statement":             kThrow,
		"break_statement":             kBreak,
		"continue_statement":          kContinue,
		"goto_statement":              kGoto,

		"generic_name":         kGeneric,
		"type_argument_list":   kTypeArguments,
		"qualified_name":       kQualified,
		"alias_qualified_name": kAliasQualified,
		"predefined_type":      kPredefined,
		"nullable_type":        kNullable,
		"array_type":           kArray,
		"tuple_type":           kTupleType,
		"tuple_element":        kTupleElement,
		"implicit_type":        kVar,
		"ref_type":             kRefType,
		"scoped_type":          kScoped,
		"pointer_type":         kPointer,

		"string_literal":                 kString,
		"verbatim_string_literal":        kVerbatim,
		"raw_string_literal":             kRawString,
		"character_literal":              kCharacter,
		"interpolated_string_expression": kInterpolated,
		"interpolation":                  kInterpolation,
		"interpolation_alignment_clause": kAlignment,
		"interpolation_format_clause":    kFormat,
		"integer_literal":                kInteger,
		"real_literal":                   kReal,
		"boolean_literal":                kBoolean,
		"null_literal":                   kNull,

		"member_access_expression":             kMember,
		"element_access_expression":            kElement,
		"element_binding_expression":           kElementBinding,
		"member_binding_expression":            kMemberBinding,
		"conditional_access_expression":        kConditionalAccess,
		"invocation_expression":                kInvocation,
		"argument_list":                        kArguments,
		"bracketed_argument_list":              kBracketArguments,
		"argument":                             kArgument,
		"object_creation_expression":           kNew,
		"implicit_object_creation_expression":  kImplicitNew,
		"anonymous_object_creation_expression": kAnonymous,
		"array_creation_expression":            kNewArray,
		"implicit_array_creation_expression":   kImplicitArray,
		"initializer_expression":               kInitializer,
		"with_expression":                      kWith,
		"with_initializer":                     kWithInitializer,
		"assignment_expression":                kAssignment,
		"binary_expression":                    kBinary,
		"prefix_unary_expression":              kUnary,
		"unary_expression":                     kUnary,
		"postfix_unary_expression":             kPostfix,
		"conditional_expression":               kConditional,
		"cast_expression":                      kCast,
		"as_expression":                        kAs,
		"is_expression":                        kIsType,
		"is_pattern_expression":                kIsPattern,
		"await_expression":                     kAwait,
		"throw_expression":                     kThrowExpression,
		"typeof_expression":                    kTypeof,
		"sizeof_expression":                    kSizeof,
		"default_expression":                   kDefault,
		"parenthesized_expression":             kParenthesized,
		"tuple_expression":                     kTuple,
		"tuple_pattern":                        kTuplePattern,
		"parenthesized_variable_designation":   kDesignation,
		"declaration_expression":               kDeclaration,
		"lambda_expression":                    kLambda,
		"implicit_parameter":                   kImplicitParameter,
		"anonymous_method_expression":          kDelegateExpression,
		"switch_expression":                    kSwitchExpression,
		"switch_expression_arm":                kSwitchArm,
		"when_clause":                          kWhen,
		"ref_expression":                       kRef,
		"checked_expression":                   kChecked,
		"range_expression":                     kRange,

		"constant_pattern":          kConstantPattern,
		"declaration_pattern":       kDeclarationPattern,
		"var_pattern":               kVarPattern,
		"recursive_pattern":         kRecursivePattern,
		"type_pattern":              kTypePattern,
		"relational_pattern":        kRelationalPattern,
		"or_pattern":                kOrPattern,
		"and_pattern":               kAndPattern,
		"negated_pattern":           kNegatedPattern,
		"parenthesized_pattern":     kParenthesizedPattern,
		"list_pattern":              kListPattern,
		"discard":                   kDiscard,
		"property_pattern_clause":   kPropertyClause,
		"positional_pattern_clause": kPositionalClause,
		"subpattern":                kSubpattern,

		"query_expression": kQuery,
		"from_clause":      kFrom,
		"where_clause":     kWhere,
		"select_clause":    kSelect,
		"group_clause":     kGroup,
		"join_clause":      kJoin,
		"join_into_clause": kJoinInto,
		"let_clause":       kLet,
		"order_by_clause":  kOrder,
	},
	Tokens: map[string]syntax.Kind{
		"this":   kThis,
		"base":   kBase,
		"out":    kOut,
		"await":  kAwaitToken,
		"using":  kUsingToken,
		"static": kStaticToken,
		"global": kGlobalToken,
		"params": kToken,
		"get":    kToken,
		"set":    kToken,
		"init":   kToken,
		"add":    kToken,
		"remove": kToken,
		"struct": kToken,
	},
	Fields: map[string]syntax.Field{
		"accessors":       fAccessors,
		"alias":           fAlias,
		"alternative":     fAlternative,
		"arguments":       fArguments,
		"body":            fBody,
		"condition":       fCondition,
		"consequence":     fConsequence,
		"expression":      fExpression,
		"function":        fFunction,
		"initializer":     fInitializer,
		"left":            fLeft,
		"name":            fName,
		"parameters":      fParameters,
		"pattern":         fPattern,
		"qualifier":       fQualifier,
		"returns":         fReturns,
		"right":           fRight,
		"subscript":       fSubscript,
		"type":            fType,
		"type_parameters": fTypeParameters,
		"update":          fUpdate,
		"value":           fValue,
	},
	Leaves: []string{
		"identifier", "modifier", "string_literal", "raw_string_literal", "character_literal", "boolean_literal", "interpolation_format_clause",
		"attribute_target_specifier", "implicit_type",
	},
	Drop: []string{
		"comment", "shebang_directive", "global_attribute", "extern_alias_directive", "empty_statement", "explicit_interface_specifier",
		"interpolation_start", "interpolation_brace", "interpolation_quote", "string_content", "escape_sequence",
		"preproc_region", "preproc_endregion", "preproc_line", "preproc_pragma", "preproc_nullable", "preproc_error", "preproc_define", "preproc_undef",
	},
}

// view is C# as this package sees it.
var view = syntax.CSharp.View(spec)
