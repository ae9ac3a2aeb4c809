" Topicls for Vim with ALE: a linter of that name for what Topicls reads.
"
"   let g:topicls_executable = '/opt/topicls/bin/topicls'   " default: topicls
"   let g:topicls_root = '/src/shop'                        " default: see s:Root

if exists('g:loaded_topicls')
  finish
endif
let g:loaded_topicls = 1

" ALE's names of the languages; the react ones are its javascript and typescript.
let s:filetypes = ['python', 'java', 'kotlin', 'go', 'javascript', 'typescript', 'cs', 'yaml', 'json', 'dockerfile', 'jproperties', 'toml', 'sh']
let s:compose = ['docker-compose.yaml', 'docker-compose.yml', 'compose.yaml', 'compose.yml']

" Env files are shell scripts to Vim, or nothing at all.
function! s:IsEnv(path) abort
  return fnamemodify(a:path, ':t') =~# '^\.env\|\.env$'
endfunction

" The folder that is indexed: the repository that the file is in, because a
" topic's other side is in another service; else the folder of the nearest
" compose file; else the file's own. None for other scripts, which are none of ours.
function! s:Root(buffer) abort
  let l:path = fnamemodify(bufname(a:buffer), ':p')
  if getbufvar(a:buffer, '&filetype') ==# 'sh' && !s:IsEnv(l:path)
    return ''
  endif
  if exists('g:topicls_root')
    return g:topicls_root
  endif
  let l:from = fnamemodify(l:path, ':h') . ';'
  for l:found in [finddir('.git', l:from), findfile('.git', l:from)]
    if !empty(l:found)
      return fnamemodify(substitute(fnamemodify(l:found, ':p'), '/$', '', ''), ':h')
    endif
  endfor
  let l:nearest = ''
  for l:marker in s:compose
    let l:found = findfile(l:marker, l:from)
    let l:dir = empty(l:found) ? '' : fnamemodify(l:found, ':p:h')
    if len(l:dir) > len(l:nearest)
      let l:nearest = l:dir
    endif
  endfor
  return empty(l:nearest) ? fnamemodify(l:path, ':h') : l:nearest
endfunction

function! s:Executable(buffer) abort
  return get(g:, 'topicls_executable', 'topicls')
endfunction

let s:defined = {}

" Defines the linter for a file type, and enables it beside those that are
" enabled there: for some languages ALE runs only the linters of a list.
function! s:Define(filetype) abort
  let l:filetype = substitute(a:filetype, 'react$', '', '')
  if has_key(s:defined, l:filetype) || index(s:filetypes, l:filetype) < 0
    return
  endif
  let s:defined[l:filetype] = 1
  let l:before = map(ale#linter#Get(l:filetype), 'v:val.name')
  call ale#linter#Define(l:filetype, {
  \   'name': 'topicls',
  \   'lsp': 'stdio',
  \   'executable': function('s:Executable'),
  \   'command': '%e serve',
  \   'project_root': function('s:Root'),
  \})
  if index(map(ale#linter#Get(l:filetype), 'v:val.name'), 'topicls') < 0
    let g:ale_linters = extend(get(g:, 'ale_linters', {}), {l:filetype: l:before + ['topicls']})
  endif
endfunction

augroup topicls
  autocmd!
  autocmd BufNewFile,BufRead .env,.env.*,*.env if empty(&filetype) | setfiletype sh | endif
  autocmd FileType * for s:part in split(expand('<amatch>'), '\.') | call s:Define(s:part) | endfor
augroup END
