-- Why an e-mail was not sent and will not be: nobody has set up how e-mails leave.
ALTER TABLE notification ADD COLUMN not_sent text;
