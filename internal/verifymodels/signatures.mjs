// Writes down what the names given on standard input are in the installed npm
// packages: {"names": [...]} in, {name: signature} out. Names that do not exist
// are left out. See index/client/signatures for the form. It reads the packages'
// type declarations with TypeScript; a package without any is loaded and looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'probe.js'));
const ts = require('typescript');
const { names } = JSON.parse(readFileSync(0, 'utf8'));

/** The module of a dotted name: up to the first type behind the last slash, or the first dot. */
function split(name) {
  const from = name.lastIndexOf('/') + 1;
  const type = name.slice(from).search(/\.[A-Z]/);
  const dot = type < 0 ? name.indexOf('.', from) : from + type;
  return dot < 0 ? [name, []] : [name.slice(0, dot), name.slice(dot + 1).split('.')];
}

const modules = [...new Set(names.map((n) => split(n)[0]))];
const probe = join(process.cwd(), 'probe.ts');
writeFileSync(probe, modules.map((m, i) => `import * as m${i} from ${JSON.stringify(m)}; m${i};`).join('\n'));
const program = ts.createProgram([probe], {
  module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, target: ts.ScriptTarget.ES2022, esModuleInterop: true, skipLibCheck: true, types: ['node'],
});
const checker = program.getTypeChecker();
const source = program.getSourceFile(probe);

function moduleSymbol(i) {
  return checker.getSymbolAtLocation(source.statements[2 * i].moduleSpecifier);
}

function resolved(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The names of the properties that an object of a type can have. */
function keys(type, depth = 0) {
  type = checker.getNonNullableType(type);
  if (depth > 2 || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) return [];
  if (type.isUnion()) return [...new Set(type.types.flatMap((t) => keys(t, depth + 1)))];
  if (checker.isArrayType(type)) return keys(checker.getTypeArguments(type)[0], depth + 1);
  if (type.getCallSignatures().length > 0) return [];
  return type.getProperties().map((p) => p.name).filter((n) => !n.startsWith('__'));
}

function calls(signatures) {
  return signatures.map((s) => s.parameters.map((p) => {
    const d = p.valueDeclaration;
    const type = checker.getTypeOfSymbolAtLocation(p, source);
    const inside = keys(type).sort();
    const rest = d && ts.isParameter(d) && d.dotDotDotToken ? '*' : '';
    return rest + p.name + (inside.length > 0 && inside.length < 200 ? ':' + inside.join(',') : '');
  }));
}

function describe(symbol) {
  symbol = resolved(symbol);
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Enum)) {
    const out = { kind: 'type' };
    if (symbol.flags & ts.SymbolFlags.Class) {
      out.calls = calls(checker.getTypeOfSymbolAtLocation(symbol, source).getConstructSignatures());
    } else if (symbol.flags & ts.SymbolFlags.Value) { // an interface and a value of the same name
      const type = checker.getTypeOfSymbolAtLocation(symbol, source);
      out.calls = calls([...type.getConstructSignatures(), ...type.getCallSignatures()]);
    }
    return out;
  }
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, source));
  const called = [...type.getCallSignatures(), ...type.getConstructSignatures()];
  if (called.length > 0) return { kind: type.getConstructSignatures().length > 0 ? 'type' : 'function', calls: calls(called) };
  if (type.flags & ts.TypeFlags.Any) return { kind: 'field', open: true, calls: [['*args']] };
  return { kind: 'field' };
}

function member(symbol, name) {
  symbol = resolved(symbol);
  const found = [];
  if (symbol.flags & ts.SymbolFlags.Module) found.push(checker.tryGetMemberInModuleExports(name, symbol));
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
    found.push(checker.getDeclaredTypeOfSymbol(symbol).getProperty(name));
  }
  if (symbol.flags & ts.SymbolFlags.Value) {
    const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, source));
    found.push(type.getProperty(name));
    for (const s of type.getConstructSignatures()) found.push(s.getReturnType().getProperty(name));
  }
  found.push(symbol.exports?.get(name));
  return found.find(Boolean);
}

function typed(name) {
  const [module, path] = split(name);
  let at = moduleSymbol(modules.indexOf(module));
  if (!at) return undefined;
  if (path.length === 0) return { kind: 'module' };
  for (const [i, part] of path.entries()) {
    let next = member(at, part);
    if (!next && i === 0) { // module.exports = { ... } seen as the default export
      const whole = at.exports?.get('export=') ?? at.exports?.get('default');
      next = whole && (whole.name === part ? whole : member(whole, part));
    }
    if (!next) return undefined;
    at = next;
  }
  return describe(at);
}

function loaded(name) {
  const [module, path] = split(name);
  let at;
  try {
    at = require(module);
  } catch (err) {
    return undefined;
  }
  for (const [i, part] of path.entries()) {
    const last = i === path.length - 1;
    if (at == null) return undefined;
    if (part in Object(at)) at = at[part];
    else if (typeof at === 'function' && at.prototype && part in at.prototype) at = at.prototype[part];
    else if (last && typeof at === 'function' && new RegExp(`this\\.${part}\\b`).test(String(at))) return { kind: 'field' };
    else return undefined;
  }
  return typeof at === 'function' ? { kind: 'function', calls: [['*args']] } : { kind: 'field' };
}

const out = {};
for (const name of names) {
  let s;
  try {
    s = moduleSymbol(modules.indexOf(split(name)[0])) ? typed(name) : loaded(name);
  } catch (err) {
    console.error(`${name}: ${err.message}`);
  }
  if (s) out[name] = s;
}
console.log(JSON.stringify(out));
