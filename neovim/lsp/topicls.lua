-- Topicls for Neovim 0.11 and later. With this folder (neovim/) on the
-- runtimepath, or this one file copied to ~/.config/nvim/lsp/topicls.lua:
--
--   vim.lsp.enable('topicls')
--
-- For older versions see lua/topicls.lua.

local compose = { 'docker-compose.yaml', 'docker-compose.yml', 'compose.yaml', 'compose.yml' }

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

return {
  handlers = handlers,
  cmd = { 'topicls', 'serve' },
  filetypes = {
    'python', 'java', 'kotlin', 'go', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'cs',
    'yaml', 'yaml.docker-compose', 'dockerfile', 'env', 'sh', 'json', 'jproperties', 'toml', 'proto',
  },
  root_dir = function(bufnr, on_dir)
    local path = vim.api.nvim_buf_get_name(bufnr)
    if path == '' or path:find('^%a[%w+.-]+://') then
      return -- not a file on this disk
    end
    local name = vim.fs.basename(path)
    if vim.bo[bufnr].filetype == 'sh' and not (name:find('^%.env') or name:find('%.env$')) then
      return -- env files are shell scripts to some versions; other scripts are none of ours
    end
    -- The whole repository, because a topic's other side is in another service.
    on_dir(vim.fs.root(bufnr, '.git') or vim.fs.root(bufnr, compose) or vim.fs.dirname(path))
  end,
}
