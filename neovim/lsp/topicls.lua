-- Topicls for Neovim 0.11 and later. With this folder (neovim/) on the
-- runtimepath, or this one file copied to ~/.config/nvim/lsp/topicls.lua:
--
--   vim.lsp.enable('topicls')
--
-- For older versions see lua/topicls.lua.

local compose = { 'docker-compose.yaml', 'docker-compose.yml', 'compose.yaml', 'compose.yml' }

return {
  cmd = { 'topicls', 'serve' },
  filetypes = {
    'python', 'java', 'kotlin', 'go', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'cs',
    'yaml', 'yaml.docker-compose', 'dockerfile', 'env', 'sh', 'json', 'jproperties', 'toml',
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
