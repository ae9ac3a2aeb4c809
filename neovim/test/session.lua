-- A session of a real Neovim with a real topicls, on a copy of
-- examples/forecasting-pipeline as the current folder. neovim_test.go starts it:
--
--   nvim --headless --clean -n -i NONE --cmd 'set rtp^=NEOVIM_FOLDER' -c 'luafile session.lua'
--
-- TOPICLS is the program; HOW is 'setup' (lua/topicls.lua) or 'enable'
-- (lsp/topicls.lua, from 0.11 on). It prints one line per check, "ok NAME" or
-- "FAIL NAME: DETAIL", and the line "done" at its end. Every wait is for
-- something to happen, with a limit; nothing sleeps for a fixed time.

local server = assert(os.getenv('TOPICLS'), 'TOPICLS is not set')
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
  vim.cmd('edit ' .. path)
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

local function main()
  if how == 'enable' then
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

  -- end
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
