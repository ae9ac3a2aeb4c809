;;; topicls.el --- Topicls for Emacs' eglot  -*- lexical-binding: t -*-

;; Emacs 28 with eglot from ELPA, or Emacs 29 and later:
;;
;;   (load "/src/topicls/editors/emacs/topicls")
;;   (setq topicls-command '("/opt/topicls/bin/topicls" "serve"))   ; default: topicls on the PATH
;;   (add-hook 'python-mode-hook #'eglot-ensure)                    ; or M-x eglot

;;; Code:

(require 'eglot)
(require 'project)
(require 'conf-mode)

(defvar topicls-command '("topicls" "serve")
  "The program and its arguments.")

(defvar topicls-modes
  '(python-mode python-ts-mode java-mode java-ts-mode kotlin-mode kotlin-ts-mode go-mode go-ts-mode
    js-mode js-ts-mode typescript-mode typescript-ts-mode tsx-ts-mode csharp-mode csharp-ts-mode
    yaml-mode yaml-ts-mode json-mode json-ts-mode dockerfile-mode dockerfile-ts-mode
    conf-javaprop-mode conf-toml-mode toml-ts-mode topicls-env-mode)
  "The modes of what Topicls reads: one server for all of them.")

(define-derived-mode topicls-env-mode conf-unix-mode "Env"
  "Mode for env files, such as .env and common.env.")
(add-to-list 'auto-mode-alist '("\\(?:/\\|\\`\\)\\.env\\(?:\\.[^/]*\\)?\\'" . topicls-env-mode))
(add-to-list 'auto-mode-alist '("\\.env\\'" . topicls-env-mode))

(defun topicls--contact (&rest _)
  "What eglot starts."
  topicls-command)

(add-to-list 'eglot-server-programs (cons topicls-modes #'topicls--contact))

(defun topicls--project (dir)
  "The folder of the nearest compose file above DIR, where there is no repository."
  (let ((root (locate-dominating-file
               dir (lambda (d) (seq-some (lambda (f) (file-exists-p (expand-file-name f d)))
                                         '("docker-compose.yaml" "docker-compose.yml" "compose.yaml" "compose.yml"))))))
    (and root (cons 'transient (expand-file-name root)))))
(add-hook 'project-find-functions #'topicls--project 90)

(provide 'topicls)
;;; topicls.el ends here
