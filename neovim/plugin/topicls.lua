-- The command :Topicls. What it does is loaded when it is first used.
if vim.g.loaded_topicls then
  return
end
vim.g.loaded_topicls = true

vim.api.nvim_create_user_command('Topicls', function(opts) require('topicls.command').run(opts.fargs) end, {
  nargs = '*',
  complete = function(lead, line) return require('topicls.command').complete(lead, line) end,
  desc = 'Topicls: topics, environments, explanations, reports',
})

-- Schemas of Avro are JSON; Neovim has no file type for them.
vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  pattern = { '*.avsc', '*.avpr' },
  callback = function() vim.cmd('setfiletype json') end,
})
