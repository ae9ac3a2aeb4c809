" A session of a real Vim with ALE and a real topicls, on a copy of
" examples/forecasting-pipeline as the current folder. editors_test.go starts it:
"
"   vim -es -N -u session.vim -i NONE -n
"
" TOPICLS is the program, TOPICLS_VIM this folder, TOPICLS_FACTS what is asked,
" TOPICLS_ANSWERS where the answers go, TOPICLS_OUT where the checks do: "ok NAME"
" or "FAIL NAME: DETAIL", and "done". Every wait is for something to happen.

set nocompatible hidden
let s:out = []
let s:failed = 0
let s:limit = 20000 " ms, for a machine that is busy with other tests

function! s:Check(name, ok, detail) abort
  call add(s:out, a:ok ? 'ok ' . a:name : 'FAIL ' . a:name . ': ' . substitute(a:detail, "\n", '\\n', 'g'))
  let s:failed += a:ok ? 0 : 1
  return a:ok
endfunction

" The value that a function gives as soon as it gives one; jobs are heard while it waits.
function! s:Await(f) abort
  let l:start = reltime()
  while 1
    let l:value = a:f()
    if !empty(l:value) || reltimefloat(reltime(l:start)) * 1000 > s:limit
      return l:value
    endif
    sleep 5m
  endwhile
endfunction

" What the server answers, asked through ALE.
function! s:Ask(file, method, params) abort
  let l:params = copy(a:params)
  let l:buffer = bufnr('')
  if !empty(a:file)
    call s:Open(a:file)
    let l:buffer = bufnr('')
    let l:params.textDocument = {'uri': ale#path#ToFileURI(expand('%:p'))}
    call ale#lsp#NotifyForChanges(s:Connection(), l:buffer)
  endif
  let l:got = []
  call ale#lsp_linter#SendRequest(l:buffer, 'topicls', [0, a:method, l:params], {r -> add(l:got, r)})
  call s:Await({-> l:got})
  return empty(l:got) ? {'error': 'no answer'} : l:got[0]
endfunction

function! s:Open(file) abort
  if expand('%:p') !=# getcwd() . '/' . a:file
    execute 'edit' fnameescape(a:file)
  endif
endfunction

" Puts the cursor on a text, the first one behind another.
function! s:Go(file, behind, text) abort
  call s:Open(a:file)
  call cursor(1, 1)
  call search('\V' . a:behind . '\zs', 'cW')
  call search('\V' . a:text, 'cW')
endfunction

" ALE's number for the one server.
function! s:Connection() abort
  for [l:key, l:value] in items(ale#lsp#GetConnections())
    return l:key
  endfor
  return ''
endfunction

function! s:Connections() abort
  return len(ale#lsp#GetConnections())
endfunction

function! s:Preview() abort
  for l:window in getwininfo()
    if getwinvar(l:window.winid, '&previewwindow')
      return join(getbufline(l:window.bufnr, 1, '$'), "\n")
    endif
  endfor
  return ''
endfunction

" What ALE shows in a file.
function! s:Shown() abort
  return map(copy(get(get(g:ale_buffer_info, bufnr(''), {}), 'loclist', [])),
  \   {_, d -> {'line': d.lnum, 'code': get(d, 'code', ''), 'message': d.text}})
endfunction

function! s:Here() abort
  return fnamemodify(expand('%:p'), ':.') . ':' . line('.')
endfunction

function! s:Facts(facts, after) abort
  for l:ask in a:facts.asks
    if get(l:ask, 'after', v:false) != a:after
      continue
    endif
    if l:ask.method ==# 'diagnostics'
      call s:Open(l:ask.file)
      let l:want = len(l:ask.answer)
      call s:Await({-> len(s:Shown()) == l:want})
      let s:answers[l:ask.name] = s:Shown()
    else
      let l:reply = s:Ask(get(l:ask, 'file', ''), l:ask.method, l:ask.params)
      let s:answers[l:ask.name] = get(l:reply, 'result', l:reply)
    endif
  endfor
endfunction

function! s:Main() abort
  let l:facts = json_decode(join(readfile($TOPICLS_FACTS), "\n"))
  let s:answers = {}

  " attach; while the server indexes, it answers with nothing
  call s:Open('preprocess_container/main.py')
  call s:Check('topicls is one of the linters', index(map(ale#linter#Get('python'), 'v:val.name'), 'topicls') >= 0, 'it is not')
  call s:Check('the others are still there', index(map(ale#linter#Get('python'), 'v:val.name'), 'pylint') >= 0, 'they are not')
  ALELint
  call s:Check('attaches to a Python file', s:Await({-> s:Connections() == 1}), 'no connection')
  let l:first = l:facts.asks[0]
  call s:Check('the index is ready', s:Await({-> type(get(s:Ask(l:first.file, l:first.method, l:first.params), 'result', v:null)) == v:t_dict}), 'no hover')

  " the commands of ALE
  call s:Go('preprocess_container/main.py', 'produce_message(producer', 'TRAINING_TOPIC')
  ALEHover
  call s:Check('ALEHover shows the topic', s:Await({-> s:Preview() =~# 'training-data: 1 producer, 3 consumers'}), s:Preview())
  pclose
  call s:Go('preprocess_container/main.py', 'produce_message(producer', 'TRAINING_TOPIC')
  ALEGoToDefinition
  call s:Check('ALEGoToDefinition moves into another container', s:Await({-> s:Here() ==# 'nonml_container/main.py:67'}), s:Here())
  call s:Go('eval_container/promoter.py', 'produce_message(self.producer', 'output_topic')
  ALEFindReferences -quickfix
  call s:Check('ALEFindReferences fills the quickfix list', s:Await({-> len(getqflist()) == 7}), string(getqflist()))
  call s:Go('eval_container/promoter.py', 'produce_message(self.producer', 'output_topic')
  ALESymbolSearch training-data
  call s:Check('ALESymbolSearch finds a topic', s:Await({-> s:Preview() =~# 'training-data'}), s:Preview())
  pclose

  call s:Open('docker-compose.yaml')
  call s:Check('docker-compose.yaml has its diagnostic', s:Await({-> !empty(s:Shown())}), 'none')
  call s:Check('one server for all files', s:Connections() == 1, s:Connections() . ' connections')
  call s:Check('it is shown in the location list', s:Await({-> len(getloclist(0)) == 1}), string(getloclist(0)))
  call s:Open('env/inference.env')
  call s:Check('attaches to an env file', index(map(ale#linter#Get(&filetype), 'v:val.name'), 'topicls') >= 0, &filetype)
  call s:Facts(l:facts, v:false)

  " a quick fix, taken from ALE's menu
  call s:Open('docker-compose.yaml')
  call cursor(127, 9)
  let l:offered = []
  call ale#codefix#Execute(0, {_, items -> extend(l:offered, items)})
  call s:Check('ALECodeAction has quick fixes', !empty(s:Await({-> l:offered})), 'none')

  " an edit in compose, not saved, changes what is said in the code
  call s:Open(l:facts.edit.file)
  call setline(l:facts.edit.line + 1, substitute(getline(l:facts.edit.line + 1), l:facts.edit.from, l:facts.edit.to, ''))
  ALELint
  call s:Facts(l:facts, v:true)
  call s:Open('docker-compose.yaml')
  undo
  ALELint
  call s:Open('eval_container/promoter.py')
  call s:Check('undo takes the diagnostic away', s:Await({-> len(s:Shown()) == 2}), string(s:Shown()))

  " rename, in every file
  call s:Go('eval_container/promoter.py', 'produce_message(self.producer', 'output_topic')
  call ale#lsp_linter#SendRequest(bufnr(''), 'topicls', [0, 'textDocument/rename', {
  \   'textDocument': {'uri': ale#path#ToFileURI(expand('%:p'))}, 'position': {'line': line('.') - 1, 'character': col('.') - 1}, 'newName': 'model-chosen'}],
  \   {r -> ale#code_action#HandleCodeAction({'description': 'rename', 'changes': ale#code_action#BuildChangesList(ale#code_action#GetChanges(r.result))}, {'should_save': 1})})
  let l:Renamed = {-> len(filter(['docker-compose.yaml', 'env/inference.env', 'eval_container/main.py'], {_, f -> join(readfile(f)) =~# 'model-chosen'})) == 3}
  call s:Check('a rename changes code and configuration', s:Await(l:Renamed), 'not all files')

  call s:Open('tool.sh')
  let l:linter = filter(copy(ale#linter#GetAll(['sh'])), 'v:val.name ==# "topicls"')
  call s:Check('leaves other scripts alone', &filetype ==# 'sh' && len(l:linter) == 1 && empty(ale#lsp_linter#FindProjectRoot(bufnr(''), l:linter[0])), string(l:linter))
  call writefile([json_encode(s:answers)], $TOPICLS_ANSWERS)
endfunction

let g:topicls_executable = $TOPICLS
let g:ale_hover_to_preview = 1
let g:ale_cursor_detail = 0
let g:ale_echo_cursor = 0
let g:ale_lint_delay = 0
" Of the linters that ALE would also run in the example, none.
let g:ale_linters_ignore = ['yamllint', 'flake8', 'mypy', 'pylint', 'pyright', 'ruff', 'shell', 'shellcheck']
let &runtimepath .= ',' . $TOPICLS_VIM . ',' . $TOPICLS_ALE
runtime! plugin/ale.vim plugin/topicls.vim
filetype plugin on
try
  call s:Main()
catch
  call s:Check('runs to its end', 0, v:exception . ' ' . v:throwpoint)
endtry
call writefile(s:out + ['done'], $TOPICLS_OUT)
if s:failed
  cquit!
endif
qall!
