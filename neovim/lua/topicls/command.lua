-- The subcommands of :Topicls. Each asks the server that is attached to the
-- buffer, or the first one that runs; lists are offered with vim.ui.select, which
-- pickers such as Telescope, fzf-lua and mini.pick take over.

local M = {}

local function say(text, level) vim.notify('Topicls: ' .. text, level or vim.log.levels.INFO) end
local function fail(text) say(text, vim.log.levels.ERROR) end

local function running(bufnr)
  local all
  if vim.lsp.get_clients then
    all = vim.lsp.get_clients({ bufnr = bufnr, name = 'topicls' })
  else
    all = bufnr and vim.tbl_values(vim.lsp.buf_get_clients(bufnr)) or vim.lsp.get_active_clients()
  end
  return vim.tbl_filter(function(c) return c.name == 'topicls' end, all)
end

--- The client that answers.
function M.client()
  return running(vim.api.nvim_get_current_buf())[1] or running(nil)[1]
end

-- Methods of clients are functions up to 0.10.
local function call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

local function folder(client) return vim.uri_from_fname(client.config.root_dir) end

-- Asks the server; f gets the answer.
local function ask(method, params, f)
  local client = M.client()
  if not client then
    return fail('no server runs; open a file of a workspace that it is set up for')
  end
  if type(params) == 'function' then
    params = params(client)
  end
  call(client, 'request', method, params, function(err, result)
    if err then
      fail(err.message or vim.inspect(err))
    else
      f(result, client)
    end
  end)
end

local function position(client)
  return vim.lsp.util.make_position_params(0, client.offset_encoding)
end

local function jump(location, client)
  if vim.lsp.util.show_document then
    vim.lsp.util.show_document(location, client.offset_encoding, { focus = true })
  else
    vim.lsp.util.jump_to_location(location, client.offset_encoding)
  end
end

-- Offers items; the only one is taken.
local function choose(items, prompt, format, f)
  if #items == 0 then
    return say('nothing found')
  end
  if #items == 1 then
    return f(items[1])
  end
  vim.ui.select(items, { prompt = prompt, format_item = format, kind = 'topicls' }, function(item)
    if item then
      f(item)
    end
  end)
end

-- Shows a text in a window of its own, which q closes.
local function show(name, filetype, text)
  vim.cmd('botright new')
  local bufnr = vim.api.nvim_get_current_buf()
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text:gsub('\n$', ''), '\n'))
  vim.bo[bufnr].modifiable = false
  vim.api.nvim_buf_set_name(bufnr, ('topicls://%d/%s'):format(bufnr, name))
  vim.bo[bufnr].filetype = filetype
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = bufnr, nowait = true, desc = 'close' })
end

local function relative(uri) return vim.fn.fnamemodify(vim.uri_to_fname(uri), ':.') end

local function place(location)
  return ('%s:%d'):format(relative(location.uri), location.range.start.line + 1)
end

local function topology(f)
  ask('topicls/topology', vim.empty_dict(), function(result, client) f(result.folders, client) end)
end

-- A service's name, of the id that has its environment before it.
local function service(id) return (id:gsub('^.*:', '')) end

-- The topic at the cursor, by its endpoints and the places that give its name,
-- or one that is asked for.
local function topic(name, f)
  topology(function(folders, client)
    local all = {}
    for _, one in ipairs(folders) do
      vim.list_extend(all, one.topics)
    end
    if name then
      for _, t in ipairs(all) do
        if t.name == name then
          return f(t, client)
        end
      end
      return fail('there is no topic ' .. name)
    end
    local params = position(client)
    params.context = { includeDeclaration = true }
    call(client, 'request', 'textDocument/references', params, function(_, locations)
      local here = {}
      for _, l in ipairs(locations or {}) do
        here[place(l)] = true
      end
      local about = vim.tbl_filter(function(t)
        for _, side in ipairs({ t.producers, t.consumers }) do
          for _, e in ipairs(side) do
            if e.location and here[place(e.location)] then
              return true
            end
          end
        end
        return false
      end, all)
      choose(#about > 0 and about or all, 'Topic', function(t) return t.name end, function(t) f(t, client) end)
    end, vim.api.nvim_get_current_buf())
  end)
end

-- Leads to one side of a topic.
local function side(which)
  return function(name)
    topic(name, function(t, client)
      local places = vim.tbl_filter(function(e) return e.location ~= nil end, t[which])
      choose(places, ('%s of %s'):format(which, t.name), function(e)
        return ('%s  %s'):format(table.concat(vim.tbl_map(service, e.services), ', '), place(e.location))
      end, function(e) jump(e.location, client) end)
    end)
  end
end

-- Runs the server's program, and gives what it prints.
local function program(args, f)
  local client = M.client()
  if not client then
    return fail('no server runs')
  end
  local cmd = client.config.cmd
  local out, errs = {}, {}
  vim.fn.jobstart(vim.list_extend({ type(cmd) == 'table' and cmd[1] or 'topicls' }, args(client)), {
    stdout_buffered = true,
    stderr_buffered = true,
    on_stdout = function(_, lines) out = lines end,
    on_stderr = function(_, lines) errs = lines end,
    on_exit = function(_, code)
      if code ~= 0 then
        return fail(table.concat(errs, '\n'))
      end
      f(table.concat(out, '\n'))
    end,
  })
end

-- What a lineage says, a topic after the other.
local function way(lineage)
  if #lineage.stops == 0 then
    local near = #lineage.near > 0 and '; is it one of ' .. table.concat(lineage.near, ', ') .. '?' or ''
    return ('No message has a field %s%s'):format(lineage.field, near)
  end
  local words = { value = 'passes it on to', name = 'sends a field of that name to', part = 'passes parts of it on to', lost = 'does not pass it on to', unknown = 'sends something unknown to' }
  local lines = {}
  for _, stop in ipairs(lineage.stops) do
    table.insert(lines, ('%s  %s: %s'):format(stop.topic, stop.field, #stop.types > 0 and table.concat(stop.types, ' | ') or 'any'))
    for _, w in ipairs(stop.writers) do
      table.insert(lines, ('  written by %s%s%s'):format(service(w.service), w.location and '  ' .. place(w.location) or '', w.first and '  first' or ''))
    end
    for _, r in ipairs(stop.readers) do
      table.insert(lines, ('  read by %s%s'):format(service(r.service), r.location and '  ' .. place(r.location) or ''))
    end
    for _, h in ipairs(stop.hops) do
      table.insert(lines, ('  %s %s %s%s'):format(service(h.service), words[h.how] or h.how, h.to, h.field and h.field ~= '' and h.field ~= stop.field and ' as ' .. h.field or ''))
    end
  end
  return table.concat(lines, '\n')
end

local function environments(f)
  ask('topicls/status', vim.empty_dict(), function(status, client)
    local all = {}
    for _, one in ipairs(status.folders) do
      for _, e in ipairs(one.environments) do
        table.insert(all, { folder = one.uri, id = e.id, chosen = e.chosen })
      end
    end
    f(all, client)
  end)
end

-- The names that a subcommand completes with: what it knew last, as completion
-- waits for nobody.
local known = { topics = {}, environments = {}, fields = {} }

local function remember()
  if not M.client() then
    return
  end
  topology(function(folders)
    known = { topics = {}, environments = {}, fields = {} }
    local fields = {}
    for _, one in ipairs(folders) do
      for _, t in ipairs(one.topics) do
        table.insert(known.topics, t.name)
        for _, field in ipairs(t.fields) do
          fields[field.name] = true
        end
      end
      for _, e in ipairs(one.environments) do
        table.insert(known.environments, e.id)
      end
    end
    known.fields = vim.tbl_keys(fields)
    table.sort(known.fields)
  end)
end

local commands = {}

commands.topics = {
  desc = 'find a topic or a service by name, through workspace symbols',
  names = function() return known.topics end,
  run = function(query)
    ask('workspace/symbol', { query = query or '' }, function(symbols, client)
      choose(symbols or {}, 'Topics and services', function(s)
        return ('%s  %s  %s'):format(s.name, s.containerName or '', place(s.location))
      end, function(s) jump(s.location, client) end)
    end)
  end,
}

commands.consumers = { desc = 'go to the consumers of the topic at the cursor, or of a named one', names = commands.topics.names, run = side('consumers') }
commands.producers = { desc = 'go to its producers', names = commands.topics.names, run = side('producers') }

commands.environment = {
  desc = 'choose which deployment answers',
  names = function() return known.environments end,
  run = function(id)
    environments(function(all)
      local function set(e)
        ask('workspace/executeCommand', { command = 'topicls.chooseEnvironment', arguments = { { folder = e.folder, environment = e.id } } },
          function() say('environment ' .. e.id) end)
      end
      if not id then
        return choose(all, 'Environment', function(e) return (e.chosen and '* ' or '  ') .. e.id end, set)
      end
      for _, e in ipairs(all) do
        if e.id == id then
          return set(e)
        end
      end
      fail(('there is no environment %s, but %s'):format(id, table.concat(vim.tbl_map(function(e) return e.id end, all), ', ')))
    end)
  end,
}

commands.why = {
  desc = 'show how the name at the cursor came about',
  run = function()
    ask('topicls/explain', position, function(answer)
      if not answer then
        return say('there is nothing of Kafka at this place')
      end
      show('why', 'topicls-why', answer.text)
    end)
  end,
}

commands.lineage = {
  desc = 'follow a field of messages (the word at the cursor) through topics and services',
  names = function() return known.fields end,
  run = function(field)
    field = field or vim.fn.expand('<cword>')
    ask('workspace/executeCommand', function(client)
      return { command = 'topicls.lineage', arguments = { { folder = folder(client), field = field } } }
    end, function(lineage) show('lineage of ' .. field, 'topicls-lineage', way(lineage)) end)
  end,
}

commands.report = {
  desc = 'show the inventory report of the workspace',
  run = function()
    program(function(client) return { 'report', '--quiet', client.config.root_dir } end, function(text) show('report', 'markdown', text) end)
  end,
}

commands.status = {
  desc = 'show what is indexed',
  run = function()
    ask('topicls/status', vim.empty_dict(), function(status)
      local lines = { 'topicls ' .. status.version }
      for _, one in ipairs(status.folders) do
        local chosen = vim.tbl_map(function(e) return e.id end, vim.tbl_filter(function(e) return e.chosen end, one.environments))
        table.insert(lines, ('%s: %s, %d topics, %d services, %d files%s'):format(one.name, one.message or one.state, one.counts.topics,
          one.counts.services, one.counts.files, #chosen > 0 and ', environment ' .. table.concat(chosen, ', ') or ''))
      end
      say(table.concat(lines, '\n'))
    end)
  end,
}

commands.restart = {
  desc = 'stop the server and start it again, for all buffers',
  run = function()
    local client = M.client()
    if not client then
      return fail('no server runs')
    end
    if vim.fn.exists(':lsp') == 2 then
      return vim.cmd('lsp restart topicls') -- 0.12
    end
    local buffers = vim.tbl_filter(function(b) return vim.lsp.buf_is_attached(b, client.id) end, vim.api.nvim_list_bufs())
    call(client, 'stop')
    local timer = vim.loop.new_timer()
    local tries = 0
    timer:start(20, 20, vim.schedule_wrap(function()
      tries = tries + 1
      if not timer:is_active() or vim.lsp.get_client_by_id(client.id) and tries < 250 then
        return -- Neovim has not cleared up behind it yet
      end
      timer:stop()
      timer:close()
      local id = vim.lsp.start_client(client.config)
      if not id then
        return fail('the server does not start')
      end
      for _, b in ipairs(buffers) do
        if vim.api.nvim_buf_is_loaded(b) then
          vim.lsp.buf_attach_client(b, id)
        end
      end
      say('restarted')
    end))
  end,
}

commands.log = {
  desc = "open Neovim's log of its servers",
  run = function() vim.cmd('tabnew ' .. vim.fn.fnameescape(vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path())) end,
}

--- Runs a subcommand; without one, offers them.
function M.run(args)
  local name = args[1]
  if not name then
    local names = vim.tbl_keys(commands)
    table.sort(names)
    return choose(names, 'Topicls', function(n) return ('%-12s %s'):format(n, commands[n].desc) end, function(n) commands[n].run() end)
  end
  if not commands[name] then
    return fail(('there is no :Topicls %s'):format(name))
  end
  commands[name].run(args[2])
end

--- What a word on the command line may become.
function M.complete(lead, line)
  remember()
  local words = vim.split(line:sub(1, #line - #lead), '%s+', { trimempty = true })
  local names = {}
  if #words == 1 then
    names = vim.tbl_keys(commands)
    table.sort(names)
  elseif #words == 2 and commands[words[2]] and commands[words[2]].names then
    names = commands[words[2]].names()
  end
  return vim.tbl_filter(function(n) return vim.startswith(n, lead) end, names)
end

return M
