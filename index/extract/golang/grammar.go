package golang

import "topicls/index/syntax"

// The node kinds, as this package numbers them.
const (
	kIdentifier syntax.Kind = syntax.FirstKind + iota
	kBlank
	kFieldName
	kPackageName
	kTypeName
	kLabelName
	kDot

	kInt
	kFloat
	kImaginary
	kRune
	kString
	kRawString
	kTrue
	kFalse
	kNil
	kIota

	kPlus
	kAnd
	kOr
	kReceive
	kAmp
	kStar
	kNot
	kMinus
	kDeclare

	kParenthesized
	kCall
	kArguments
	kVariadicArgument
	kSelector
	kIndex
	kSlice
	kAssertion
	kConversion
	kInstantiation
	kComposite
	kLiteralValue
	kElement
	kKeyed
	kFuncLiteral
	kUnary
	kBinary
	kExpressions

	kQualifiedType
	kGenericType
	kTypeArguments
	kTypeElem
	kTypeConstraint
	kNegatedType
	kPointerType
	kArrayType
	kImplicitArrayType
	kSliceType
	kMapType
	kChannelType
	kFunctionType
	kParenthesizedType
	kStructType
	kInterfaceType
	kFields
	kField
	kMethodElem

	kPackage
	kImport
	kImportSpec
	kConst
	kConstSpec
	kVar
	kVarSpec
	kTypeDecl
	kTypeSpec
	kTypeAlias
	kTypeParameters
	kFunction
	kMethod
	kParameters
	kParameter
	kVariadicParameter

	kBlock
	kExpressionStatement
	kSend
	kReceiveStatement
	kInc
	kDec
	kAssignment
	kShortVar
	kReturn
	kBreak
	kContinue
	kGoto
	kIf
	kFor
	kForClause
	kRangeClause
	kSwitch
	kTypeSwitch
	kSelect
	kCase
	kTypeCase
	kCommCase
	kDefault
)

// The fields, as this package numbers them.
const (
	fAlias syntax.Field = 1 + iota
	fAlternative
	fArguments
	fBody
	fChannel
	fCommunication
	fCondition
	fConsequence
	fElement
	fField
	fFunction
	fIndex
	fInitializer
	fKey
	fLeft
	fName
	fOperand
	fOperator
	fPackage
	fParameters
	fPath
	fReceiver
	fResult
	fRight
	fTag
	fType
	fTypeArguments
	fUpdate
	fValue
)

// spec says what of a tree the extractor reads. Comments are left out; the
// few that matter are found in the text.
var spec = syntax.Spec{
	Nodes: map[string]syntax.Kind{
		"identifier":         kIdentifier,
		"blank_identifier":   kBlank,
		"field_identifier":   kFieldName,
		"package_identifier": kPackageName,
		"type_identifier":    kTypeName,
		"label_name":         kLabelName,
		"dot":                kDot,

		"int_literal":                kInt,
		"float_literal":              kFloat,
		"imaginary_literal":          kImaginary,
		"rune_literal":               kRune,
		"interpreted_string_literal": kString,
		"raw_string_literal":         kRawString,
		"true":                       kTrue,
		"false":                      kFalse,
		"nil":                        kNil,
		"iota":                       kIota,

		"parenthesized_expression":      kParenthesized,
		"call_expression":               kCall,
		"argument_list":                 kArguments,
		"variadic_argument":             kVariadicArgument,
		"selector_expression":           kSelector,
		"index_expression":              kIndex,
		"slice_expression":              kSlice,
		"type_assertion_expression":     kAssertion,
		"type_conversion_expression":    kConversion,
		"type_instantiation_expression": kInstantiation,
		"composite_literal":             kComposite,
		"literal_value":                 kLiteralValue,
		"literal_element":               kElement,
		"keyed_element":                 kKeyed,
		"func_literal":                  kFuncLiteral,
		"unary_expression":              kUnary,
		"binary_expression":             kBinary,
		"expression_list":               kExpressions,

		"qualified_type":             kQualifiedType,
		"generic_type":               kGenericType,
		"type_arguments":             kTypeArguments,
		"type_elem":                  kTypeElem,
		"type_constraint":            kTypeConstraint,
		"negated_type":               kNegatedType,
		"pointer_type":               kPointerType,
		"array_type":                 kArrayType,
		"implicit_length_array_type": kImplicitArrayType,
		"slice_type":                 kSliceType,
		"map_type":                   kMapType,
		"channel_type":               kChannelType,
		"function_type":              kFunctionType,
		"parenthesized_type":         kParenthesizedType,
		"struct_type":                kStructType,
		"interface_type":             kInterfaceType,
		"field_declaration_list":     kFields,
		"field_declaration":          kField,
		"method_elem":                kMethodElem,

		"package_clause":                 kPackage,
		"import_declaration":             kImport,
		"import_spec":                    kImportSpec,
		"const_declaration":              kConst,
		"const_spec":                     kConstSpec,
		"var_declaration":                kVar,
		"var_spec":                       kVarSpec,
		"type_declaration":               kTypeDecl,
		"type_spec":                      kTypeSpec,
		"type_alias":                     kTypeAlias,
		"type_parameter_list":            kTypeParameters,
		"function_declaration":           kFunction,
		"method_declaration":             kMethod,
		"parameter_list":                 kParameters,
		"parameter_declaration":          kParameter,
		"variadic_parameter_declaration": kVariadicParameter,

		"block":                       kBlock,
		"expression_statement":        kExpressionStatement,
		"send_statement":              kSend,
		"receive_statement":           kReceiveStatement,
		"inc_statement":               kInc,
		"dec_statement":               kDec,
		"assignment_statement":        kAssignment,
		"short_var_declaration":       kShortVar,
		"return_statement":            kReturn,
		"break_statement":             kBreak,
		"continue_statement":          kContinue,
		"goto_statement":              kGoto,
		"if_statement":                kIf,
		"for_statement":               kFor,
		"for_clause":                  kForClause,
		"range_clause":                kRangeClause,
		"expression_switch_statement": kSwitch,
		"type_switch_statement":       kTypeSwitch,
		"select_statement":            kSelect,
		"expression_case":             kCase,
		"type_case":                   kTypeCase,
		"communication_case":          kCommCase,
		"default_case":                kDefault,
	},
	Tokens: map[string]syntax.Kind{
		"+":  kPlus,
		"&&": kAnd,
		"||": kOr,
		"<-": kReceive,
		"&":  kAmp,
		"*":  kStar,
		"!":  kNot,
		"-":  kMinus,
		":=": kDeclare,
	},
	Fields: map[string]syntax.Field{
		"alias":          fAlias,
		"alternative":    fAlternative,
		"arguments":      fArguments,
		"body":           fBody,
		"channel":        fChannel,
		"communication":  fCommunication,
		"condition":      fCondition,
		"consequence":    fConsequence,
		"element":        fElement,
		"field":          fField,
		"function":       fFunction,
		"index":          fIndex,
		"initializer":    fInitializer,
		"key":            fKey,
		"left":           fLeft,
		"name":           fName,
		"operand":        fOperand,
		"operator":       fOperator,
		"package":        fPackage,
		"parameters":     fParameters,
		"path":           fPath,
		"receiver":       fReceiver,
		"result":         fResult,
		"right":          fRight,
		"tag":            fTag,
		"type":           fType,
		"type_arguments": fTypeArguments,
		"update":         fUpdate,
		"value":          fValue,
	},
	Leaves: []string{"interpreted_string_literal", "raw_string_literal", "rune_literal"},
	Drop:   []string{"comment", "empty_statement", "fallthrough_statement"},
}

// view is Go as this package sees it.
var view = syntax.Go.View(spec)
