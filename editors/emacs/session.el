;;; session.el --- a session of a real Emacs with a real topicls  -*- lexical-binding: t -*-

;; On a copy of examples/forecasting-pipeline as the current folder;
;; editors_test.go starts it:
;;
;;   emacs --batch -l session.el
;;
;; TOPICLS is the program, TOPICLS_EMACS this folder, TOPICLS_FACTS what is asked,
;; TOPICLS_ANSWERS where the answers go.  It prints "ok NAME" or "FAIL NAME:
;; DETAIL" for each check, and "done".  Every wait is for something to happen.

(require 'package)
(package-initialize)
(load (expand-file-name "topicls" (getenv "TOPICLS_EMACS")) nil t)
(require 'flymake)
(require 'xref)

(defvar session-failed nil)
(defvar session-limit 20 "Seconds, for a machine that is busy with other tests.")
(defvar session-answers (make-hash-table :test #'equal))

(defun session-check (name ok &optional detail)
  (if ok (princ (format "ok %s\n" name))
    (setq session-failed t)
    (princ (format "FAIL %s: %s\n" name (replace-regexp-in-string "\n" "\\n" (format "%s" detail) t t))))
  ok)

(defun session-await (f)
  "The value that F gives as soon as it gives one; processes are heard while it waits."
  (let ((end (+ (float-time) session-limit)) value)
    (while (and (not (setq value (funcall f))) (< (float-time) end))
      (accept-process-output nil 0.02))
    value))

(defun session-open (file)
  (switch-to-buffer (find-file-noselect (expand-file-name file session-root)))
  (unless (eglot-managed-p) (eglot-ensure) (run-hooks 'post-command-hook))
  (session-await #'eglot-managed-p))

(defun session-go (file behind text)
  "Put point on TEXT in FILE, the first one behind another."
  (session-open file)
  (goto-char (point-min))
  (search-forward behind)
  (search-forward text)
  (goto-char (1+ (match-beginning 0))))

(defun session-here ()
  (format "%s:%d" (file-relative-name (buffer-file-name) session-root) (line-number-at-pos)))

(defun session-ask (ask)
  "The server's answer to ASK, through eglot."
  (let ((file (plist-get ask :file)) (params (plist-get ask :params)))
    (when file
      (session-open file)
      (eglot--signal-textDocument/didChange)
      (setq params (plist-put (copy-sequence params) :textDocument (eglot--TextDocumentIdentifier))))
    (jsonrpc-request (eglot--current-server-or-lose) (intern (concat ":" (plist-get ask :method))) params :timeout session-limit)))

(defun session-shown ()
  "What Flymake shows in this buffer."
  (vconcat (mapcar (lambda (d)
                     (let ((lsp (alist-get 'eglot-lsp-diag (flymake-diagnostic-data d))))
                       (list :line (line-number-at-pos (flymake-diagnostic-beg d))
                             :code (plist-get lsp :code) :message (plist-get lsp :message))))
                   (flymake-diagnostics))))

(defun session-facts (facts after)
  (mapc (lambda (ask)
          (when (eq (eq t (plist-get ask :after)) after)
            (puthash (plist-get ask :name)
                     (if (equal (plist-get ask :method) "diagnostics")
                         (let ((want (length (plist-get ask :answer))))
                           (session-open (plist-get ask :file))
                           (flymake-mode 1)
                           (flymake-start)
                           (session-await (lambda () (= want (length (session-shown)))))
                           (session-shown))
                       (session-ask ask))
                     session-answers)))
        (plist-get facts :asks)))

(defvar session-root (file-truename default-directory))

(defun session-main ()
  (let* ((facts (with-temp-buffer
                  (insert-file-contents (getenv "TOPICLS_FACTS"))
                  (json-parse-buffer :object-type 'plist :false-object :json-false :null-object nil)))
         (edit (plist-get facts :edit)))
    ;; attach; while the server indexes, it answers with nothing
    (session-check "attaches to a Python file" (session-open "preprocess_container/main.py"))
    (session-check "the root is the workspace"
                   (file-equal-p session-root (project-root (project-current))) (project-current))
    (session-check "the index is ready" (session-await (lambda () (session-ask (aref (plist-get facts :asks) 0)))))

    ;; what eldoc shows
    (session-go "preprocess_container/main.py" "produce_message(producer" "TRAINING_TOPIC")
    (let (doc)
      (eglot-hover-eldoc-function (lambda (text &rest _) (setq doc text)))
      (session-check "eldoc shows the topic"
                     (and (session-await (lambda () doc)) (string-match-p "training-data.*: 1 producer, 3 consumers" doc)) doc))

    ;; M-. with one answer, and with two
    (session-go "eval_container/promoter.py" "produce_message(self.producer, self." "output_topic")
    (call-interactively #'xref-find-definitions)
    (session-check "M-. moves into another container" (equal (session-here) "inference_container/main.py:29") (session-here))
    (session-go "preprocess_container/main.py" "produce_message(producer" "TRAINING_TOPIC")
    (let ((xrefs (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
      (session-check "M-. lists both consumers" (= 2 (length xrefs)) xrefs))
    (session-go "eval_container/promoter.py" "produce_message(self.producer, self." "output_topic")
    (let ((xrefs (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot))))
      (session-check "M-? lists the references" (>= (length xrefs) 7) xrefs))
    (let ((xrefs (xref-backend-apropos 'eglot "training-data")))
      (session-check "C-M-. finds a topic by its name"
                     (seq-some (lambda (x) (string-match-p "training-data" (xref-item-summary x))) xrefs) xrefs))

    (session-open "docker-compose.yaml")
    (session-check "one server for all files" (= 1 (length (apply #'append (hash-table-values eglot--servers-by-project)))))
    (session-check "attaches to an env file" (and (session-open "env/inference.env") (eq major-mode 'topicls-env-mode)) major-mode)
    (session-facts facts nil)

    ;; a quick fix
    (session-open "docker-compose.yaml")
    (goto-char (point-min))
    (search-forward "INFERENCE_BATCH_SIZE")
    (let ((actions (eglot-code-actions (match-beginning 0) (match-end 0))))
      (session-check "code actions have quick fixes" (> (length actions) 0) actions))

    ;; an edit in compose, not saved, changes what is said in the code
    (session-open (plist-get edit :file))
    (goto-char (point-min))
    (forward-line (plist-get edit :line))
    (search-forward (plist-get edit :from) (line-end-position))
    (replace-match (plist-get edit :to) t t)
    (eglot--signal-textDocument/didChange)
    (session-facts facts t)
    (session-open (plist-get edit :file))
    (search-backward (plist-get edit :to))
    (replace-match (plist-get edit :from) t t)
    (eglot--signal-textDocument/didChange)
    (session-open "eval_container/promoter.py")
    (session-check "taking it back takes the diagnostic away"
                   (session-await (lambda () (= 2 (length (session-shown))))) (session-shown))

    ;; rename, in every file
    (session-go "eval_container/promoter.py" "produce_message(self.producer, self." "output_topic")
    (let ((eglot-confirm-server-initiated-edits nil))
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (eglot-rename "model-chosen")))
    (save-some-buffers t)
    (dolist (file '("docker-compose.yaml" "env/inference.env" "eval_container/main.py"))
      (session-check (concat "rename changes " file)
                     (with-temp-buffer (insert-file-contents (expand-file-name file session-root))
                                       (search-forward "model-chosen" nil t))
                     "no model-chosen"))

    (let ((server (eglot-current-server)))
      (eglot-shutdown server)
      (session-check "stops" (session-await (lambda () (not (jsonrpc-running-p server))))))
    (with-temp-file (getenv "TOPICLS_ANSWERS")
      (insert (json-serialize session-answers :false-object :json-false :null-object nil)))))

(setq topicls-command (list (getenv "TOPICLS") "serve")
      eglot-sync-connect session-limit
      eglot-send-changes-idle-time 0
      flymake-no-changes-timeout 0.05
      xref-prompt-for-identifier nil
      make-backup-files nil
      create-lockfiles nil)
(condition-case err
    (session-main)
  (error (session-check "runs to its end" nil err)))
(princ "done\n")
(dolist (b (buffer-list))
  (with-current-buffer b (set-buffer-modified-p nil)))
(kill-emacs (if session-failed 1 0))
;;; session.el ends here
