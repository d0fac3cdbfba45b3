"""The pages: made on the server from the gateway's own copy or one service's answer, readable without any script."""
