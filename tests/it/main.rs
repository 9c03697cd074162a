mod graphiql;
