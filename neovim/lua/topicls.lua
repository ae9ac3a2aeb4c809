-- Topicls for Neovim 0.7 to 0.10 (it works on later ones too):
--
--   require('topicls').setup({ cmd = { '/path/to/topicls', 'serve' } })
--
-- From 0.11 on, vim.lsp.enable('topicls') with lsp/topicls.lua does the same.

local M = {}

-- When another file changed what a file's findings are, the server asks for a
-- refresh. Neovim 0.12 then pulls the findings of the workspace, and keeps none
-- of them for files that are open: pull theirs too.
local function refresh(err, result, ctx)
  local client = vim.lsp.get_client_by_id(ctx.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    client:request('textDocument/diagnostic', { identifier = 'topicls', textDocument = vim.lsp.util.make_text_document_params(bufnr) }, nil, bufnr)
  end
  return vim.lsp.handlers['workspace/diagnostic/refresh'](err, result, ctx)
end
local handlers = vim.fn.has('nvim-0.12') == 1 and { ['workspace/diagnostic/refresh'] = refresh } or nil

M.defaults = {
  handlers = handlers,
  name = 'topicls',
  cmd = { 'topicls', 'serve' },
  filetypes = {
    'python', 'java', 'kotlin', 'go', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'cs',
    'yaml', 'yaml.docker-compose', 'dockerfile', 'env', 'sh', 'json', 'jproperties', 'toml', 'proto',
  },
}

local compose = { 'docker-compose.yaml', 'docker-compose.yml', 'compose.yaml', 'compose.yml' }

local function dirname(path) return vim.fn.fnamemodify(path, ':h') end

-- Env files are shell scripts to some versions; other scripts are none of ours.
local function wanted(bufnr)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if path == '' or path:find('^%a[%w+.-]+://') or vim.bo[bufnr].buftype ~= '' then
    return false
  end
  local name = vim.fn.fnamemodify(path, ':t')
  return vim.bo[bufnr].filetype ~= 'sh' or name:find('^%.env') ~= nil or name:find('%.env$') ~= nil
end

--- The folder to index: the repository that the file is in, because a topic's
--- other side is in another service; else the folder of the nearest compose
--- file; else the file's own.
function M.root_dir(path)
  local from = dirname(path) .. ';'
  for _, marker in ipairs({ '.git' }) do
    local found = vim.fn.finddir(marker, from)
    if found == '' then
      found = vim.fn.findfile(marker, from) -- a work tree or a submodule
    end
    if found ~= '' then
      return dirname(vim.fn.fnamemodify(found:gsub('/$', ''), ':p'):gsub('/$', ''))
    end
  end
  local nearest
  for _, marker in ipairs(compose) do
    local found = vim.fn.findfile(marker, from)
    if found ~= '' then
      local dir = dirname(vim.fn.fnamemodify(found, ':p'))
      if not nearest or #dir > #nearest then
        nearest = dir
      end
    end
  end
  return nearest or dirname(path)
end

local function start(config, bufnr)
  if vim.lsp.start then
    -- vim.lsp.start reuses the running client of the same name and root
    return vim.api.nvim_buf_call(bufnr, function() return vim.lsp.start(config) end)
  end
  -- before 0.8
  local id
  for _, client in ipairs(vim.lsp.get_active_clients()) do
    if client.name == config.name and client.config.root_dir == config.root_dir and not client.is_stopped() then
      id = client.id
    end
  end
  id = id or vim.lsp.start_client(config)
  if id then
    vim.lsp.buf_attach_client(bufnr, id)
  end
  return id
end

--- Attaches to one buffer, and returns the client's id; nil when the buffer is
--- no file that Topicls reads.
function M.attach(bufnr, opts)
  if bufnr == nil or bufnr == 0 then
    bufnr = vim.api.nvim_get_current_buf()
  end
  if not wanted(bufnr) then
    return nil
  end
  local config = vim.tbl_extend('force', M.defaults, opts or {})
  config.filetypes = nil
  local root = config.root_dir or M.root_dir
  if type(root) == 'function' then
    root = root(vim.api.nvim_buf_get_name(bufnr))
  end
  config.root_dir = root
  -- 0.7 sends no workspace folder of its own
  config.workspace_folders = { { uri = vim.uri_from_fname(root), name = root } }
  return start(config, bufnr)
end

--- Attaches to every buffer of the file types, those already open included.
--- opts are those of vim.lsp.start_client (cmd, on_attach, capabilities,
--- handlers, ...); root_dir may be a function of the file's path, and filetypes
--- is a list.
function M.setup(opts)
  opts = opts or {}
  local filetypes = opts.filetypes or M.defaults.filetypes
  local group = vim.api.nvim_create_augroup('topicls', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = filetypes,
    desc = 'attach Topicls',
    callback = function(event) M.attach(event.buf, opts) end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains(filetypes, vim.bo[bufnr].filetype) then
      M.attach(bufnr, opts)
    end
  end
end

return M
