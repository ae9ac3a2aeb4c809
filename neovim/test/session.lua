-- A session of a real Neovim with a real topicls, on a copy of
-- examples/forecasting-pipeline as the current folder. neovim_test.go starts it:
--
--   nvim --headless --clean -n -i NONE --cmd 'set rtp^=NEOVIM_FOLDER' -c 'luafile session.lua'
--
-- TOPICLS is the program, TOPICLS_FACTS what is asked, TOPICLS_ANSWERS where the
-- answers go; HOW is 'setup' (lua/topicls.lua) or 'enable'
-- (lsp/topicls.lua, from 0.11 on). It prints one line per check, "ok NAME" or
-- "FAIL NAME: DETAIL", and the line "done" at its end. Every wait is for
-- something to happen, with a limit; nothing sleeps for a fixed time.

local server = assert(os.getenv('TOPICLS'), 'TOPICLS is not set')
local facts = vim.fn.json_decode(vim.fn.readfile(assert(os.getenv('TOPICLS_FACTS'), 'TOPICLS_FACTS is not set')))
local answers = {}
local how = assert(os.getenv('HOW'), 'HOW is not set')
local limit = 20000 -- ms, for a machine that is busy with other tests

local failed = false
local function say(line) io.stdout:write(line .. '\n') end
local function check(name, ok, detail)
  if ok then
    say('ok ' .. name)
  else
    failed = true
    say('FAIL ' .. name .. ': ' .. tostring(detail):gsub('\n', '\\n'))
  end
  return ok
end

-- The value that a function gives as soon as it gives one.
local function await(f)
  local value
  vim.wait(limit, function()
    value = f()
    return value ~= nil and value ~= false
  end, 5)
  return value
end

local function open(path)
  if vim.fn.expand('%:p') ~= vim.fn.fnamemodify(path, ':p') then
    vim.cmd('edit ' .. path)
  end
  return vim.api.nvim_get_current_buf()
end

-- The 0-based line and byte of a text in a buffer; the first one behind `after`.
local function find(bufnr, text, after)
  local behind = after == nil
  for i, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    behind = behind or line:find(after, 1, true) ~= nil
    local at = behind and line:find(text, 1, true)
    if at then
      return i - 1, at - 1
    end
  end
  error(text .. ' is not in ' .. vim.api.nvim_buf_get_name(bufnr))
end

-- Puts the cursor on a text, as a user would before a command.
local function go(bufnr, text, after)
  vim.api.nvim_set_current_buf(bufnr)
  local line, column = find(bufnr, text, after)
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
end

local function clients(bufnr)
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ bufnr = bufnr })
  end
  return vim.tbl_values(vim.lsp.buf_get_clients(bufnr))
end

local function position(bufnr, text, after)
  go(bufnr, text, after)
  local client = clients(bufnr)[1]
  return vim.lsp.util.make_position_params(0, client and client.offset_encoding)
end

local function ask(bufnr, method, params)
  local replies, err = vim.lsp.buf_request_sync(bufnr, method, params, limit)
  if not replies then
    return nil, err
  end
  for _, reply in pairs(replies) do
    return reply.result, reply.err or reply.error
  end
end

local function hover(bufnr, text, after)
  local h = ask(bufnr, 'textDocument/hover', position(bufnr, text, after))
  return h and h.contents.value or ''
end

-- Places as sorted "file:line" texts, relative to the workspace, 1-based.
local here = vim.fn.resolve(vim.fn.getcwd())
local function places(locations)
  local out = {}
  for _, l in ipairs(locations or {}) do
    local path = vim.fn.resolve(vim.uri_to_fname(l.uri or l.targetUri))
    table.insert(out, path:sub(#here + 2) .. ':' .. (l.range or l.targetSelectionRange).start.line + 1)
  end
  table.sort(out)
  return table.concat(out, ' ')
end

-- The line of a text in a file, as places writes it.
local function at(path, text, after)
  local bufnr = vim.fn.bufadd(path)
  vim.fn.bufload(bufnr)
  return path .. ':' .. find(bufnr, text, after) + 1
end

local function float()
  for _, w in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(w).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\n'), w
    end
  end
end

local severity = vim.diagnostic.severity
local function diagnostic(bufnr, code)
  for _, d in ipairs(vim.diagnostic.get(bufnr)) do
    local c = d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code)
    if c == code then
      return d
    end
  end
end
local function diagnostics(bufnr)
  local out = {}
  for _, d in ipairs(vim.diagnostic.get(bufnr)) do
    table.insert(out, (d.lnum + 1) .. ': ' .. d.message)
  end
  return #out > 0 and table.concat(out, '; ') or 'no diagnostics'
end

-- Answers the questions that all editors are asked.
local function answer(after)
  for _, question in ipairs(facts.asks) do
    if (question.after == true) == after then
      local bufnr = question.file and open(question.file) or vim.api.nvim_get_current_buf()
      await(function() return clients(bufnr)[1] end)
      if question.method == 'diagnostics' then
        await(function() return #vim.diagnostic.get(bufnr) == #question.answer end)
        local shown = {}
        for _, d in ipairs(vim.diagnostic.get(bufnr)) do
          local code = d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code)
          table.insert(shown, { line = d.lnum + 1, code = code, message = d.message })
        end
        answers[question.name] = shown
      else
        local params = vim.deepcopy(question.params)
        if question.file then
          params.textDocument = { uri = vim.uri_from_bufnr(bufnr) }
        end
        local result, err = ask(bufnr, question.method, params)
        answers[question.name] = result or err or vim.NIL
      end
    end
  end
end

-- The subcommands of :Topicls. Lists are taken out of vim.ui.select's hands.
local function subcommands(code, promoter)
  local offered, pick
  vim.ui.select = function(items, opts, f)
    offered = vim.tbl_map(opts.format_item, items)
    for i, line in ipairs(offered) do
      if vim.startswith(line, pick) then
        return f(items[i])
      end
    end
    f(nil)
  end
  local said
  vim.notify = function(text) said = text end
  local function here() return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':.') .. ':' .. vim.api.nvim_win_get_cursor(0)[1] end
  local function shown(part)
    return await(function()
      local lines = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
      return vim.bo.buftype == 'nofile' and lines:find(part, 1, true) and lines
    end)
  end

  pick = 'training-data'
  go(code, 'logging')
  vim.cmd('Topicls topics data')
  check(':Topicls topics offers topics of a name', await(function() return offered and #offered == 4 end), vim.inspect(offered))
  check('and leads to the one that is picked', await(function() return here() == '.env:5' end), here())

  pick = 'nonml_prophet'
  go(code, 'TRAINING_TOPIC', 'produce_message(')
  vim.cmd('Topicls consumers')
  check(':Topicls consumers leads to another container', await(function() return here() == 'nonml_container/main.py:67' end), here() .. ' of ' .. vim.inspect(offered))
  vim.cmd('Topicls producers model-selected')
  check(':Topicls producers takes a name', await(function() return here() == 'eval_container/promoter.py:71' end), here())

  go(promoter, 'self.output_topic', 'produce_message(')
  vim.cmd('Topicls why')
  check(':Topicls why shows the steps', shown('argument topic of produce_message'), here())
  vim.cmd('close')
  vim.cmd('Topicls lineage config_hash')
  check(':Topicls lineage follows a field', shown('read by nonml_prophet'), here() .. table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'))
  vim.cmd('close')
  vim.cmd('Topicls report')
  check(':Topicls report shows the inventory', shown('model-selected'), here() .. tostring(said))
  vim.cmd('close')
  vim.cmd('Topicls status')
  check(':Topicls status tells what is indexed', await(function() return said and said:find('10 topics', 1, true) end), said)

  vim.cmd('Topicls environment compose:staging')
  check(':Topicls environment lets another answer', await(function()
    return hover(promoter, 'self.output_topic', 'produce_message('):find('topic `?model%-selected%-staging')
  end), hover(promoter, 'self.output_topic', 'produce_message('))
  said = nil
  vim.cmd('Topicls environment compose:nowhere')
  check('an unknown environment is told of', await(function() return said and said:find('there is no environment', 1, true) end), said)
  pick = '  compose'
  vim.cmd('Topicls environment')
  check('and the list leads back', await(function()
    return hover(promoter, 'self.output_topic', 'produce_message('):find('topic `?model%-selected[`:]')
  end), vim.inspect(offered))

  local function completes(line) return vim.fn.getcompletion(line, 'cmdline') end
  check('subcommands are completed', vim.deep_equal(completes('Topicls re'), { 'report', 'restart' }), vim.inspect(completes('Topicls re')))
  check('names are completed', await(function() return vim.tbl_contains(completes('Topicls consumers mod'), 'model-selected') end), vim.inspect(completes('Topicls consumers mod')))

  local before = clients(promoter)[1].id
  vim.cmd('Topicls restart')
  check(':Topicls restart starts another server', await(function()
    local c = clients(promoter)[1]
    return c and c.id ~= before and c.server_capabilities and c.server_capabilities.hoverProvider
  end), 'none')
  check('which answers', await(function() return hover(promoter, 'self.output_topic', 'produce_message(') ~= '' end), 'no hover')
  check('for all buffers', clients(code)[1] and clients(code)[1].id == clients(promoter)[1].id, 'not attached')
  vim.cmd('Topicls log')
  check(':Topicls log opens the log', vim.api.nvim_buf_get_name(0):find('lsp%.log$'), vim.api.nvim_buf_get_name(0))
  vim.cmd('tabclose')
  said = nil
  vim.cmd('Topicls nothing')
  check('an unknown subcommand is told of', said and said:find('no :Topicls nothing', 1, true), said)
end

-- What Neovim's own commands make of lenses, hints, calls and actions.
local function rest(code, promoter)
  local function document(bufnr) return { textDocument = { uri = vim.uri_from_bufnr(bufnr) } } end
  local lenses = ask(promoter, 'textDocument/codeLens', document(promoter)) or {}
  local titles = {}
  for _, lens in ipairs(lenses) do
    local resolved = lens.command and lens or ask(promoter, 'codeLens/resolve', lens)
    table.insert(titles, resolved and resolved.command.title or '?')
  end
  check('code lenses count both sides', vim.tbl_contains(titles, '1 consumer · 1 producer'), vim.inspect(titles))
  if vim.lsp.codelens then
    vim.api.nvim_set_current_buf(promoter)
    if vim.lsp.codelens.enable then
      vim.lsp.codelens.enable(true, { bufnr = promoter })
    else
      vim.lsp.codelens.refresh()
    end
    check('they are shown', await(function() return #vim.lsp.codelens.get(vim.fn.has('nvim-0.12') == 1 and { bufnr = promoter } or promoter) > 0 end), 'none')
  end
  local params = document(promoter)
  params.range = { start = { line = 0, character = 0 }, ['end'] = { line = vim.api.nvim_buf_line_count(promoter), character = 0 } }
  local hints = ask(promoter, 'textDocument/inlayHint', params)
  check('inlay hints have the topic', vim.inspect(hints):find('model-selected', 1, true), vim.inspect(hints))
  if vim.lsp.inlay_hint and vim.lsp.inlay_hint.get then
    vim.lsp.inlay_hint.enable(true, { bufnr = promoter })
    check('they are shown', await(function() return #vim.lsp.inlay_hint.get({ bufnr = promoter }) > 0 end), 'none')
  end
  local item = (ask(code, 'textDocument/prepareCallHierarchy', position(code, 'publish_training')) or {})[1]
  check('a function has calls', item and item.name == 'publish_training', vim.inspect(item))
  if item then
    local calls = vim.tbl_map(function(c) return c.to.name end, ask(code, 'callHierarchy/outgoingCalls', { item = item }) or {})
    table.sort(calls)
    check('it calls topics', vim.tbl_contains(calls, 'training-data'), vim.inspect(calls))
  end
  local compose = open('docker-compose.yaml')
  local tokens = ask(compose, 'textDocument/semanticTokens/full', document(compose))
  check('topics are told apart in configuration', tokens and tokens.data and #tokens.data > 0, vim.inspect(tokens))
  local line = find(compose, 'INFERENCE_BATCH_SIZE')
  params = document(compose)
  params.range = { start = { line = line, character = 6 }, ['end'] = { line = line, character = 6 } }
  params.context = { diagnostics = {} }
  local actions = ask(compose, 'textDocument/codeAction', params)
  check('a finding has quick fixes', actions and #actions > 0, vim.inspect(actions))
end

local function main()
  if how == 'enable' then
    vim.cmd('runtime plugin/topicls.lua')
    vim.lsp.config('topicls', { cmd = { server, 'serve' } })
    vim.lsp.enable('topicls')
  else
    require('topicls').setup({ cmd = { server, 'serve' } })
  end
  vim.cmd('filetype on')

  -- attach
  local code = open('preprocess_container/main.py')
  local client = await(function()
    local c = clients(code)[1]
    return c and c.server_capabilities and c.server_capabilities.hoverProvider and c
  end)
  if not check('attaches to a Python file', client, 'no client with a hover') then
    return
  end
  check('the root is the workspace', vim.fn.resolve(client.config.root_dir) == here, client.config.root_dir)

  -- hover on a produce topic; while the server indexes, it answers with nothing
  local text = await(function()
    local h = hover(code, 'TRAINING_TOPIC', 'produce_message(')
    return h ~= '' and h
  end) or 'nothing'
  check('hover names the topic', text:find('training-data', 1, true), text)
  for _, service in ipairs({ 'preprocess', 'train_gru', 'train_lstm', 'nonml_prophet' }) do
    check('hover names ' .. service, text:find(service, 1, true), text)
  end
  check('hover shows the payload', text:find('config_hash', 1, true), text)
  go(code, 'TRAINING_TOPIC', 'produce_message(')
  vim.lsp.buf.hover()
  local seen = await(float)
  check('the hover window shows it', seen and seen:find('training-data', 1, true), seen)
  local _, window = float()
  if window then
    vim.api.nvim_win_close(window, true)
  end
  check('no hover where there is no topic', hover(code, 'logging') == '' and hover(code, 'upload_frame', 'def publish_training') == '', 'a hover')

  -- definition: from a produce call to the consumers in other containers
  local locations = ask(code, 'textDocument/definition', position(code, 'TRAINING_TOPIC', 'produce_message('))
  local want = at('nonml_container/main.py', 'CONSUMER_TOPIC', 'def main') .. ' '
    .. at('train_container/main.py', 'CONSUMER_TOPIC', 'def main')
  check('definition leads to the consumers', places(locations) == want, places(locations) .. ', want ' .. want)
  local link = (locations or {})[1] or {}
  check('it says what was asked about', link.originSelectionRange
    and link.originSelectionRange['end'].character - link.originSelectionRange.start.character == #'TRAINING_TOPIC', vim.inspect(link))
  local marked = ask(code, 'textDocument/documentHighlight', position(code, 'TRAINING_TOPIC', 'produce_message('))
  check('the name is marked where the file gives, reads and uses it', #(marked or {}) == 4, vim.inspect(marked))
  go(code, 'TRAINING_TOPIC', 'produce_message(')
  vim.lsp.buf.definition()
  check('the quickfix list has both', await(function() return #vim.fn.getqflist() == 2 end), vim.inspect(vim.fn.getqflist()))
  vim.cmd('cclose')

  -- definition with one answer moves the cursor into the other container
  local promoter = open('eval_container/promoter.py')
  await(function() return clients(promoter)[1] end)
  go(promoter, 'self.output_topic', 'produce_message(')
  vim.lsp.buf.definition()
  local arrived = await(function()
    return vim.api.nvim_buf_get_name(0):find('inference_container/main.py', 1, true)
  end)
  check('definition moves to the one consumer', arrived, vim.api.nvim_buf_get_name(0))
  local line = vim.api.nvim_get_current_line()
  check('the cursor is on its call', line:find('PROMOTION_TOPIC', 1, true), line)

  -- references
  local params = position(promoter, 'self.output_topic', 'produce_message(')
  params.context = { includeDeclaration = true }
  local references = places(ask(promoter, 'textDocument/references', params))
  for _, place in ipairs({
    at('eval_container/promoter.py', 'self.output_topic', 'produce_message('),
    at('inference_container/main.py', 'PROMOTION_TOPIC', 'threads = ['),
    at('docker-compose.yaml', 'MODEL_SELECTED_TOPIC=model-selected'),
    at('env/inference.env', 'PROMOTION_TOPIC'),
  }) do
    check('references have ' .. place, (references .. ' '):find(place .. ' ', 1, true), references)
  end

  -- rename
  params = position(promoter, 'self.output_topic', 'produce_message(')
  params.newName = 'model-chosen'
  local renamed = vim.inspect(ask(promoter, 'textDocument/rename', params))
  for _, file in ipairs({ 'docker-compose.yaml', 'env/inference.env', 'eval_container/main.py' }) do
    check('rename changes ' .. file, renamed:find(file, 1, true), renamed)
  end

  -- diagnostics, in compose and in code
  local compose = open('docker-compose.yaml')
  await(function() return clients(compose)[1] end)
  check('one server for all files', clients(compose)[1] and clients(compose)[1].id == client.id, 'another client')
  local unused = await(function() return diagnostic(compose, 'env-unused') end)
  check('docker-compose.yaml has its diagnostic', unused, diagnostics(compose))
  if unused then
    check('it stands on the variable', unused.lnum == find(compose, 'INFERENCE_BATCH_SIZE'), unused.lnum)
    check('it is information', unused.severity == severity.INFO, unused.severity)
    check('it says what', unused.message:find('INFERENCE_BATCH_SIZE', 1, true), unused.message)
  end
  check('the code has its own', await(function() return diagnostic(promoter, 'env-unset') end), diagnostics(promoter))
  check('and not yet another', diagnostic(promoter, 'topic-no-consumer') == nil, diagnostics(promoter))

  -- findings of files that were never opened are there too
  local unopened = await(function() -- files are told of one after the other
    vim.diagnostic.setqflist({ open = false })
    for _, item in ipairs(vim.fn.getqflist()) do
      local name = vim.fn.bufname(item.bufnr)
      if name:find('service.py', 1, true) and item.text:find('performance-eval', 1, true) then
        return true
      end
    end
  end)
  check('the quickfix list has findings of files that are not open', unopened, vim.inspect(vim.fn.getqflist()))

  answer(false)
  rest(code, promoter)
  subcommands(code, promoter)

  -- an edit, unsaved, in compose changes what is said in the code
  local line_no = find(compose, 'MODEL_SELECTED_TOPIC=model-selected')
  local old = vim.api.nvim_buf_get_lines(compose, line_no, line_no + 1, false)[1]
  vim.api.nvim_buf_set_lines(compose, line_no, line_no + 1, false, { (old:gsub('=model%-selected', '=promoted-models')) })
  local found = await(function() return diagnostic(promoter, 'topic-no-consumer') end)
  check('an edit in compose brings a diagnostic in the code', found and found.message:find('promoted-models', 1, true), diagnostics(promoter))
  text = hover(promoter, 'self.output_topic', 'produce_message(')
  check('hover has the new name', text:find('promoted-models', 1, true), text)
  locations = ask(promoter, 'textDocument/definition', position(promoter, 'self.output_topic', 'produce_message('))
  check('definition leads nowhere now', places(locations) == '', places(locations))

  answer(true)

  -- and taken back
  vim.api.nvim_set_current_buf(compose)
  vim.cmd('undo')
  check('undo takes the diagnostic away', await(function() return diagnostic(promoter, 'topic-no-consumer') == nil end), diagnostics(promoter))
  text = hover(promoter, 'self.output_topic', 'produce_message(')
  check('and the old answer is back', text:find('model-selected', 1, true), text)

  -- an env file is a part of the deployment
  local env = open('env/inference.env')
  check('attaches to an env file', await(function() return clients(env)[1] end), 'filetype ' .. vim.bo[env].filetype)
  text = hover(env, 'model-selected')
  check('hover in an env file', text:find('model-selected', 1, true), text)
  local script = open('tool.sh')
  vim.bo[script].filetype = 'sh'
  check('leaves other scripts alone', #clients(script) == 0, 'attached')

  vim.fn.writefile({ vim.fn.json_encode(answers) }, os.getenv('TOPICLS_ANSWERS'))

  -- end
  client = clients(promoter)[1]
  if vim.fn.has('nvim-0.11') == 1 then
    client:stop()
    check('stops', await(function() return client:is_stopped() end), 'still running')
  else
    client.stop()
    check('stops', await(function() return client.is_stopped() end), 'still running')
  end
end

say(('version %d.%d.%d'):format(vim.version().major, vim.version().minor, vim.version().patch))
local ok, err = xpcall(main, debug.traceback)
if not ok then
  check('runs to its end', false, err)
end
say('done')
vim.cmd(failed and 'cquit 1' or 'qall!')
